import type { Command } from 'commander';
import { compile, defineCatalogue, render, type ValueType } from 'custom-values';

import { filterNames } from '../../engine/filters.ts';
import { createProgram } from '../../server/cli.ts';
import { settings } from '../../server/config.ts';
import { errorTable } from '../../server/errors.ts';
import { endpoints } from '../../server/routes/endpoints.ts';
import { scopes } from '../../server/services/api-keys.ts';
import { catalogueValues, portalCatalogue } from '../../server/services/catalogue.ts';
import { eventTypes } from '../../server/services/events.ts';
import { check } from '../../server/services/template-check.ts';
import type { Portal, SendKind } from '../../server/store/store.ts';

/** The tables of the README, made from the code; a test holds one against the other. */
export function readmeTables(portal: Portal): Record<string, string> {
	return {
		Settings: table(['setting', 'default', 'meaning'], settingRows()),
		Commands: table(['command', 'what it does'], commandRows()),
		Findings: table(['what somebody wrote', 'what they are told'], findingRows(portal)),
		'Custom values': table(['value', 'what it is', 'example'], valueRows(portal)),
		'Example item': `\`\`\`\n${JSON.stringify(blockItem)}\n\`\`\``,
		Blocks: table(['what you write', 'what it prints'], blockRows(portal)),
		'Date patterns': table(['letters', 'what they stand for', 'prints'], patternRows()),
		Filters: table(['filter', 'what it does', 'example', 'prints'], filterRows()),
		Endpoints: table(['request', 'scope', 'what it does'], endpointRows()),
		Errors: table(['code', 'status', 'meaning'], errorRows()),
		Scopes: scopes.map((scope) => `\`${scope}\``).join(', '),
		Events: eventTypes.map((type) => `\`${type}\``).join(', '),
	};
}

function settingRows(): string[][] {
	return Object.values(settings).map((setting) => {
		const fallback =
			setting.default === null ? (setting.defaultFrom ?? '') : `\`${setting.default}\``;
		return [`\`${setting.name}\``, fallback, setting.meaning];
	});
}

function commandRows(): string[][] {
	const usage = (command: Command) =>
		[
			command.name(),
			...command.registeredArguments.map((argument) => argument.name().toUpperCase()),
			...command.options.map(
				({ flags }) => `[${flags.replace(/<(.+)>/, (_, name: string) => name.toUpperCase())}]`,
			),
		].join(' ');
	return createProgram({ exitCode: 0 }).commands.flatMap((command) =>
		// Of a group of commands, those in it.
		(command.commands.length === 0 ? [command] : command.commands).map((one) => [
			`\`${one === command ? '' : `${command.name()} `}${usage(one)}\``,
			one.description(),
		]),
	);
}

function valueRows(portal: Portal): string[][] {
	return catalogueValues(portal)
		.filter(({ path }) => !path.startsWith('custom_values.'))
		.map(({ path, description, sample }) => [
			`\`${path}\``,
			description.replaceAll('<<', '`<<').replaceAll('>>', '>>`'),
			String(sample),
		]);
}

/** Mistakes that people make, in the HTML of an e-mail. */
const mistakes: readonly { kind?: SendKind; html: string }[] = [
	{ html: 'Hello << contact.frist_name | there >>,' },
	{ html: 'Hello *|FNAME|*,' },
	{ html: 'Hello << contact.first_name | uper >>,' },
	{ html: 'Hello << contact.first_name >>,' },
	{ html: 'Hello <<contact.first_name | there>>,' },
	{ html: '<< #if contact.company >>We look forward to meeting your team.' },
	{ html: '<img src="<< contact.magic_link >>" alt="Sign in">' },
	{ html: '<a href="https://<< portal.url >>/help">Help</a>' },
	{ html: '<p style="color: << portal.name >>">' },
	{ html: '<img src="//cdn.example.com/logo.png" alt="Logo">' },
	{ html: '<a href="http://localhost:3000/help">Help</a>' },
	{ html: '<img src="https://cdn.example.com/team.jpg">' },
	{ kind: 'login_email', html: '<p>Good to see you again.</p>' },
];

/** With the text as it is when somebody wrote it in a good e-mail. */
function findingRows(portal: Portal): string[][] {
	return mistakes.map(({ kind = 'email', html }) => {
		const source = { subject: 'Hello', html, text: '<< contact.magic_link >>' };
		const [found] = check(portal, kind, source);
		const fix = found?.fix === undefined ? '' : ` Fix: \`${found.fix}\``;
		// What looks like a tag would be one of HTML.
		const told = (found?.message ?? '').replaceAll(/<<.*?>>/g, (tag) => `\`${tag}\``);
		const where = kind === 'email' ? '' : `, where the kind is \`${kind}\``;
		return [
			`\`${html}\`${where}`,
			`**${found?.severity ?? ''}**, column ${String(found?.column)}: ${told}${fix}`,
		];
	});
}

/** What the item of the examples brings; the README shows it. */
const blockItem = {
	company: 'Analytical Engines',
	paid: false,
	order: { id: 'INV-7', city: 'London' },
	colors: ['red', 'blue'],
	rows: [
		{ name: 'Hat', price: 5 },
		{ name: 'Shoe', price: 7.5 },
	],
};

/** Conditions, lists and notes, as a plain text where it begins with no element. */
const blocks: readonly string[] = [
	'<< #if item.vip >>For you first.<< else if item.company >>For << item.company >>.<< else >>For all.<< /if >>',
	'<< #unless item.paid >>Please pay.<< /unless >>',
	'<< #each item.colors >>[<< this >>] << /each >>',
	'<< #each item.rows >><< name >>: << price | currency EUR >>. << /each >>',
	'<< #each item.rows >><< name >><< #unless @last >>, << /unless >><< /each >>',
	'<< #each item.returns >><< name >><< else >>No returns.<< /each >>',
	'<table><!-- << #each item.rows >> --><tr><td><< name >></td></tr><!-- << /each >> --></table>',
	'<< #with item.order >><< id >>, << city >><< /with >>',
	'<< ! Ask Eva about this. >>Hello',
	'<< raw >>Write << contact.first_name >>.<< /raw >>',
	'Write \\<< contact.first_name >>.',
];

function blockRows(portal: Portal): string[][] {
	return blocks.map((source) => {
		const context = source.startsWith('<table') ? 'html' : 'text';
		const compiled = compile(source, { catalogue: portalCatalogue(portal), context });
		const options = { locale: 'en', timeZone: 'UTC', now: 0, onMissing: 'empty' } as const;
		return [source, render(compiled, { item: blockItem }, options).text.trim()].map(
			(text) => `\`${text}\``,
		);
	});
}

const patterns: readonly [letters: string, standsFor: string][] = [
	['d', 'Day'],
	['dd', 'Day, two digits'],
	['EEEE', 'Weekday'],
	['EEE', 'Weekday, short'],
	['M', 'Month as a number'],
	['MM', 'Month as a number, two digits'],
	['MMMM', 'Month'],
	['MMM', 'Month, short'],
	['LLLL', 'Month where it stands without a day'],
	['LLL', 'The same, short'],
	['yyyy', 'Year'],
	['yy', 'Year, two digits'],
	['H', 'Hour, 0 to 23'],
	['HH', 'Hour, two digits'],
	['h', 'Hour, 1 to 12'],
	['hh', 'Hour, 1 to 12, two digits'],
	['a', 'AM or PM'],
	['m', 'Minute'],
	['mm', 'Minute, two digits'],
	['s', 'Second'],
	['ss', 'Second, two digits'],
	["d 'of' MMMM", 'Words of your own, between single quotes'],
];

function patternRows(): string[][] {
	const catalogue = defineCatalogue([
		{ path: 'item.x', type: 'date', cost: 'row', description: '', sample: '' },
	]);
	return patterns.map(([letters, standsFor]) => {
		const compiled = compile(`<< item.x | date "${letters}" >>`, { catalogue, context: 'text' });
		const options = { locale: 'en', timeZone: 'UTC', now: 0, onMissing: 'block' } as const;
		const { text } = render(compiled, { item: { x: '2026-01-06T18:05:09Z' } }, options);
		return [`\`${letters}\``, standsFor, text];
	});
}

/** Of each filter: what it does, and the type and value of an example. */
const filters: Record<string, [does: string, pipe: string, type: ValueType, value: unknown]> = {
	default: ['Another text when the value is missing', 'default "there"', 'text', ''],
	upper: ['Upper case', 'upper', 'text', 'blue team'],
	lower: ['Lower case', 'lower', 'text', 'Blue TEAM'],
	title: ['Each word with a capital', 'title', 'text', 'blue team'],
	capitalize: ['The first letter as a capital', 'capitalize', 'text', 'blue team'],
	trim: ['Without white space at the ends', 'trim', 'text', ' blue team '],
	truncate: ['At most so many characters', 'truncate 6', 'text', 'blue team'],
	date: [
		'The date: `short`, `medium`, `long`, `full`, or a pattern of your own',
		'date "d MMMM yyyy"',
		'date',
		'2026-01-16T18:05:00Z',
	],
	time: ['The time of day, likewise', 'time "HH:mm"', 'date', '2026-01-16T18:05:00Z'],
	relative_time: ['How long ago, or in how long', 'relative_time', 'date', '2026-01-13T09:30:00Z'],
	number: ['A number, with so many decimals', 'number 2', 'number', 1234.5],
	currency: ['An amount of money', 'currency EUR', 'number', 1234.5],
	plural: ['The word that goes with a number', 'plural "course" "courses"', 'number', 3],
	list: [
		'The items of a list, with and, or, or your own text between',
		'list or',
		'list',
		['red', 'blue'],
	],
	url_encode: ['For a part of an address', 'url_encode', 'text', 'blue team'],
	to: [
		'A sign-in link that leads to a section',
		'to /courses',
		'url',
		'https://portal.example.com/l/sample',
	],
};

/** What the examples print is what the engine prints. */
function filterRows(): string[][] {
	return filterNames.map((name) => {
		const [does, pipe, type, value] = filters[name] ?? ['', '', 'text', ''];
		const isLink = name === 'to';
		const catalogue = defineCatalogue([
			{ path: 'item.x', type, cost: isLink ? 'mint' : 'row', description: '', sample: '' },
		]);
		const compiled = compile(`<< item.x | ${pipe} >>`, { catalogue, context: 'text' });
		const values = { item: { x: isLink ? { '/courses': value } : value } };
		const { text } = render(compiled, values, {
			...{ locale: 'en', timeZone: 'UTC', onMissing: 'empty' },
			now: Date.parse('2026-01-16T09:30:00Z'),
		});
		return [`\`${name}\``, does, `\`| ${pipe}\``, text];
	});
}

function endpointRows(): string[][] {
	return endpoints.map(({ method, path, scope, summary }) => [
		`\`${method.toUpperCase()} ${path}\``,
		scope === null ? '' : `\`${scope}\``,
		summary,
	]);
}

function errorRows(): string[][] {
	return Object.entries(errorTable).map(([code, { status, title }]) => [
		`\`${code}\``,
		String(status),
		title,
	]);
}

function table(head: readonly string[], rows: readonly string[][]): string {
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
