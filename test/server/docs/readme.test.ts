import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compile, render } from 'custom-values';

import { properties } from '../../../nodes/ClientPortal/actions/index.ts';
import { portalCatalogue } from '../../../server/services/catalogue.ts';
import { readmeTables } from '../../support/readme-tables.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

let server: TestServer;
beforeAll(async () => {
	server = await startServer();
});
afterAll(() => server.stop());

/** The text between `<!-- name -->` and `<!-- end -->`. */
function partOf(name: string): string | undefined {
	return new RegExp(`<!-- ${name} -->\n([^]*?)\n<!-- end -->`).exec(readme)?.[1];
}

describe('README', () => {
	it.each([
		'Settings',
		'Commands',
		'Findings',
		'Custom values',
		'Filters',
		'Example item',
		'Blocks',
		'Date patterns',
		'Endpoints',
		'Errors',
		'Scopes',
		'Events',
	])('%s: says what the code says, no more and no less', (name) => {
		expect(partOf(name)).toBe(readmeTables(server.portal)[name]);
	});

	it('shows only tags that may be sent', () => {
		const section = /## Custom values\n([^]*?)<!-- Custom values -->/.exec(readme)?.[1] ?? '';
		const tags = [...section.matchAll(/`(<<.+?>>)`/g)].map((match) => match[1] ?? '');
		const catalogue = portalCatalogue(server.portal);
		expect(tags.length).toBeGreaterThan(3);
		for (const tag of tags) compile(tag, { catalogue, context: 'text' });
	});

	it.each([
		'#if item.company == "A"',
		'#if not item.paid',
		'#if (eq item.a 1)',
		'#if item.a && item.b',
	])('is right that there are no comparisons: << %s >> stops the e-mail', (tag) => {
		const source = `<< ${tag} >>x<< /if >>`;
		const catalogue = portalCatalogue(server.portal);
		expect(() => compile(source, { catalogue, context: 'text' })).toThrow();
	});

	it.each([
		[undefined, ''],
		[false, ''],
		[0, ''],
		['', ''],
		[[], ''],
		[true, 'there'],
		['0', 'there'],
		[1, 'there'],
	])('is right about which values are there: %j', (a, shown) => {
		const catalogue = portalCatalogue(server.portal);
		const compiled = compile('<< #if item.a >>there<< /if >>', { catalogue, context: 'text' });
		const options = { locale: 'en', timeZone: 'UTC', now: 0, onMissing: 'empty' } as const;
		expect(render(compiled, { item: { a } }, options).text).toBe(shown);
	});

	it('names every operation of the n8n node', () => {
		const section = /## Operations\n([^]*?)\n## /.exec(readme)?.[1] ?? '';
		const named = [...section.matchAll(/^- .*$/gm)].flatMap(([line]) =>
			[...line.matchAll(/\*([A-Z][^*]+)\*(?!\*)/g)].map((match) => match[1]),
		);
		const operations = properties
			.filter(({ name }) => name === 'operation')
			.flatMap(({ options = [] }) => options.map((option) => option.name));
		expect(named.filter((name) => operations.includes(name ?? '')).sort()).toEqual(
			operations.sort(),
		);
	});

	it('names package scripts that exist', () => {
		const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
			scripts: Record<string, string>;
		};
		const contributing = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8');
		const named = [...`${readme}${contributing}`.matchAll(/npm run (?:-s )?([a-z0-9:-]+)/g)];
		expect(named.length).toBeGreaterThan(5);
		for (const [, script = ''] of named) expect(scripts).toHaveProperty([script]);
	});

	it('links to files that exist', () => {
		const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');
		expect(links.length).toBeGreaterThan(3);
		for (const link of links) expect(readFileSync(new URL(link, root)).length).toBeGreaterThan(0);
	});
});
