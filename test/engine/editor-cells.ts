import { expect } from '@jest/globals';
import { lint, repair, type Finding, type TextContext, type Values } from 'custom-values';
import { parseFragment, serialize, type DefaultTreeAdapterTypes } from 'parse5';

import type { Editor } from '../support/editors.ts';
import { catalogue, print, values } from './support.ts';

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

/** Somebody of whom everything is known, and somebody of whom nothing is that may be missing. */
const contacts: readonly Values[] = [
	values,
	{
		...values,
		contact: {
			magic_link: {
				'': 'https://portal.example/l/abc',
				'/courses': 'https://portal.example/l/def',
			},
		},
	},
];

/** Formatting is not looked at: marks of a spell checker and runs of text stand around the tag in the end. */
const formatting = new Set(['b', 'font', 'i', 'span', 'o:p']);

/** A space at the edge of these is not shown, and some editors take it away. */
const blockEdge = / ?(<\/?(?:figure|p|table|tbody|td|tr)\b[^>]*>) ?/g;

/** An address that an editor made a link by itself, which it does not do for a tag. */
const ownLink = /<a href="([^"]*)">\1<\/a>/g;

/** What somebody reads and presses: HTML without formatting and kinds of space. A browser ends the address of a site with a slash. */
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
	return spaced(serialize(tree).replaceAll('&nbsp;', ' '))
		.replace(blockEdge, '$1')
		.replace(ownLink, '$1')
		.replace(/(="https?:\/\/[^/"]+)"/g, '$1/"');
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
async function through({ html, text, makes }: Editor, name: string): Promise<Cell> {
	const { source, context = 'html' } = templates[name] ?? { source: '' };
	const edit = async (given: string) => await (context === 'text' ? text : html)(given);
	const damaged = await edit(source);
	if (damaged === undefined) return { text: '–' };
	const into: TextContext = makes ?? context;
	const repaired = repair(damaged, { catalogue, context: into });
	const problems = lint(repaired.source, { catalogue, context: into }).filter(isError);
	expect(repair(repaired.source, { catalogue, context: into }).source).toBe(repaired.source);
	for (const finding of repaired.findings) expectPlace(damaged, finding);
	for (const finding of problems) expectPlace(repaired.source, finding);
	if (problems.length > 0)
		return { text: [...new Set(problems.map(({ code }) => code))].join(', ') };
	const compare = into === 'html' ? seen : spaced;
	let worst = repaired.source === damaged ? 'same' : 'repaired';
	for (const given of contacts) {
		const wanted = compare((await edit(print(source, context, { values: given }))) ?? '');
		const printed = compare(print(repaired.source, into, { values: given }));
		const told = printed === wanted ? worst : warned(repaired.findings, printed, wanted);
		if (told === undefined)
			return {
				text: 'WRONG',
				silent: `${damaged}\n→ ${repaired.source}\n→ ${printed}\n≠ ${wanted}`,
			};
		worst = told;
	}
	const isPrinted = worst === 'same' || worst === 'repaired';
	return { text: [worst, ...(isPrinted ? removed(source, repaired.source) : [])].join(', ') };
}

/** The warning that what is printed differs, if there is one. */
function warned(findings: readonly Finding[], printed: string, wanted: string): string | undefined {
	if (findings.some(({ code }) => code === 'tag_like')) return 'tag_like';
	const isTold = findings.some(({ severity }) => severity === 'warning');
	return isTold && printed.toLowerCase() === wanted.toLowerCase() ? 'capitals?' : undefined;
}

const tag = /<<((?:(?!<<|>>)[^])*)>>/g;

/** How many tags the tool took away with what they stood in. Proves that nothing is left of them: no bracket, and none of their paths. */
function removed(source: string, kept: string): string[] {
	const left = tagsOf(kept);
	const gone = tagsOf(source).filter((path) => {
		const at = left.indexOf(path);
		if (at !== -1) left.splice(at, 1);
		return at === -1;
	});
	if (gone.length === 0) return [];
	const rest = kept.replace(tag, '');
	for (const path of gone.flatMap((name) => name.split(' '))) expect(rest).not.toContain(path);
	expect(rest).not.toMatch(/(?:<|&lt;|%3c){2}|<>|&lt;&gt;|«/i);
	return [`${String(gone.length)} removed`];
}

/** Of each tag what stands before a pipe: a path, or a block and its paths. */
function tagsOf(text: string): string[] {
	return [...text.matchAll(tag)].map(
		([, inside = '']) => inside.split('|')[0]?.trim().replace(/\s+/g, ' ') ?? '',
	);
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

/** Whether an editor leaves this HTML with blocks that stand where they did not, and the engine says so. */
export async function isToldMoved({ html }: Editor, source: string): Promise<boolean> {
	const damaged = (await html(source)) ?? '';
	const repaired = repair(damaged, { catalogue, context: 'html' }).source;
	return lint(repaired, { catalogue, context: 'html' }).some(({ code }) => code === 'moved_block');
}

/** The table of all templates through these editors, and what is wrong in it without being told. */
export async function tableOf(
	editors: readonly Editor[],
): Promise<{ rows: string[]; silent: string[] }> {
	const silent: string[] = [];
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const head = ['template', ...editors.map(({ name }) => name)];
	const rows = [line(head), line(head.map(() => '---'))];
	for (const name of Object.keys(templates)) {
		const cells: string[] = [];
		for (const editor of editors) {
			const cell = await through(editor, name);
			if (cell.silent !== undefined) silent.push(`${name}, ${editor.name}: ${cell.silent}`);
			cells.push(cell.text.replaceAll(/\w+_\w+/g, '`$&`'));
		}
		rows.push(line([name, ...cells]));
	}
	return { rows, silent };
}
