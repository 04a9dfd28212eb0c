import { describe, expect, it } from '@jest/globals';
import { lint, repair, type Finding, type TextContext } from 'custom-values';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFragment, serialize, type DefaultTreeAdapterTypes } from 'parse5';

import { editors, type Editor } from '../support/editors.ts';
import { catalogue, print } from './support.ts';

const readme = readFileSync(
	join(dirname(fileURLToPath(import.meta.resolve('custom-values'))), 'README.md'),
	'utf8',
);

/** What marketers write, of each kind one. */
const templates: Record<string, { source: string; context?: 'text' }> = {
	'text, spaced': {
		source: '<p>Dear << contact.first_name | friend >>, welcome to << portal.name >>!</p>',
	},
	'text, unspaced': {
		source: '<p>Dear <<contact.first_name>>, welcome to <<portal.name>>!</p>',
	},
	'unspaced, with a fallback': {
		source: '<p>Dear <<contact.fields.nick | Good Friend>>, welcome!</p>',
	},
	href: {
		source:
			'<p><a href="<< contact.magic_link | to /courses >>">Sign in</a> or <a href="<< portal.url >>">look around</a></p>',
	},
	attribute: {
		source:
			'<p><img src="<<portal.logo_url>>" alt="Logo of << portal.name >>" title="<< contact.fields.x | Hello, friend >>"></p>',
	},
	'table loop': {
		source:
			'<table><tbody><!-- << #each item.rows >> --><tr><td><< name >></td><td><< price >></td></tr><!-- << /each >> --></tbody></table>',
	},
	'Outlook comment': {
		source:
			'<p>Hello</p><!--[if mso]><v:roundrect href="<< contact.magic_link >>"><center><< portal.name >></center></v:roundrect><![endif]--><p><a href="<< contact.magic_link >>"><< portal.name >></a></p>',
	},
	CSS: {
		source:
			'<style>td > p { color: #123456 } /* << not a tag */</style><table><tbody><tr><td><p>Hi << contact.first_name >></p></td></tr></tbody></table>',
	},
	'plain text': {
		source:
			'Dear << contact.first_name | friend >>,\n\nSign in: << contact.magic_link >>\n\n<<portal.name>> - it\'s "yours"\n',
		context: 'text',
	},
	'right-to-left': {
		source:
			'<p dir="rtl">שלום << contact.fields.x | אורח יקר >>, ברוך הבא אל << portal.name >>!</p>',
	},
	'nested blocks': {
		source:
			'<p><< #if contact.vip >>Dear << #each contact.tags >>[<< this >>]<< /each >><< else >>Hello<< /if >> << #unless contact.fields.x >>you<< /unless >></p>',
	},
	'filters with quotes': {
		source:
			'<p>Since << contact.joined_at | date "d MMMM yyyy" >>: << contact.visits | plural "visit" "visits" >>, << contact.company | default "no one" | upper >></p>',
	},
};

/** Formatting is not looked at: marks of a spell checker and runs of text stand around the tag in the end. */
const formatting = new Set(['b', 'font', 'i', 'span', 'o:p']);

/** What somebody reads and presses: HTML without formatting and kinds of space. */
function seen(html: string): string {
	const unwrap = (node: DefaultTreeAdapterTypes.ParentNode): void => {
		node.childNodes = node.childNodes.flatMap((child) => {
			if (!('childNodes' in child)) return [child];
			unwrap(child);
			return formatting.has(child.nodeName) ? child.childNodes : [child];
		});
	};
	const tree = parseFragment(html);
	unwrap(tree);
	return spaced(serialize(tree).replaceAll('&nbsp;', ' '));
}

function spaced(text: string): string {
	return text
		.replace(/[\u00ad\u200b]/g, '')
		.replace(/\s+/g, ' ')
		.trim();
}

interface Cell {
	text: string;
	/** Why the cell would be wrong without anybody knowing. */
	silent?: string;
}

/** Sends a template through an editor, repairs it, and holds what is printed against what the editor makes of the finished e-mail. */
function through({ html, text, makesText }: Editor, name: string): Cell {
	const { source, context = 'html' } = templates[name] ?? { source: '' };
	const edit = context === 'text' ? text : html;
	const damaged = edit(source);
	const into: TextContext = makesText ? 'text' : context;
	const compare = into === 'html' ? seen : spaced;
	const wanted = compare(edit(print(source, context)));
	const repaired = repair(damaged, { catalogue, context: into });
	const problems = lint(repaired.source, { catalogue, context: into }).filter(isError);
	expect(repair(repaired.source, { catalogue, context: into }).source).toBe(repaired.source);
	for (const finding of [...repaired.findings]) expectPlace(damaged, finding);
	for (const finding of problems) expectPlace(repaired.source, finding);
	if (problems.length > 0)
		return { text: [...new Set(problems.map(({ code }) => code))].join(', ') };
	const printed = compare(print(repaired.source, into));
	if (printed === wanted) return { text: repaired.source === damaged ? 'same' : 'repaired' };
	if (repaired.findings.some(({ code }) => code === 'tag_like')) return { text: 'tag_like' };
	const isTold = repaired.findings.some(({ severity }) => severity === 'warning');
	if (isTold && printed.toLowerCase() === wanted.toLowerCase()) return { text: 'capitals?' };
	return { text: 'WRONG', silent: `${damaged}\n→ ${repaired.source}\n→ ${printed}\n≠ ${wanted}` };
}

function isError({ severity }: Finding): boolean {
	return severity === 'error';
}

/** A finding's place exists, and is at a tag or what is left of one. */
function expectPlace(source: string, { line, column, length, message }: Finding): void {
	const lines = source.split('\n');
	const at = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1;
	expect(at + length).toBeLessThanOrEqual(source.length);
	expect(length).toBeGreaterThan(0);
	expect(message).not.toBe('');
	expect(source.slice(Math.max(0, at - 12), at + length)).toMatch(/<|&lt;|%3c|«|&laquo;/i);
}

function table(): { rows: string[]; silent: string[] } {
	const silent: string[] = [];
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const head = ['template', ...editors.map(({ name }) => name)];
	const rows = Object.keys(templates).map((name) => {
		const cells = editors.map((editor) => {
			const cell = through(editor, name);
			if (cell.silent !== undefined) silent.push(`${name}, ${editor.name}: ${cell.silent}`);
			return cell.text;
		});
		return line([name, ...cells.map((cell) => cell.replaceAll(/\w+_\w+/g, '`$&`'))]);
	});
	return { rows: [line(head), line(head.map(() => '---')), ...rows], silent };
}

describe('twelve templates through the tools that e-mails go through', () => {
	const { rows, silent } = table();

	it('come out of each as they went in, or with the place and cause of what is wrong', () => {
		expect(silent).toEqual([]);
	});

	it('do so as the README says', () => {
		console.info(rows.join('\n'));
		const [, section = ''] = readme.split('## Editor damage');
		const told = section.split('\n## ')[0]?.split('\n') ?? [];
		expect(told.filter((line) => line.startsWith('| ')).slice(-rows.length)).toEqual(rows);
	});
});
