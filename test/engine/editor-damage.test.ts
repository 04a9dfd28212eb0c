import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { browserMissing, inContext, launchBrowser } from '../browser/support.ts';
import { openEditors } from '../support/browser-editors.ts';
import { packages, rewrites } from '../support/editors.ts';
import { isToldMoved, tableOf } from './editor-cells.ts';

const readme = readFileSync(
	join(dirname(fileURLToPath(import.meta.resolve('custom-values'))), 'README.md'),
	'utf8',
);
const [, section = ''] = readme.split('## Editor damage');
const told = (section.split('\n## ')[0] ?? '').split('\n');

/** All rows of the README's table that has this head. */
function toldTable([head = '']: readonly string[]): string[] {
	const start = told.indexOf(head);
	if (start === -1) return [];
	const end = told.findIndex((line, at) => at > start && !line.startsWith('|'));
	return told.slice(start, end === -1 ? undefined : end);
}

/** Blocks around a row and an item that name their values in full: if they are moved, nothing else tells. */
const blocks = {
	'around a row':
		'<table><tbody><< #if contact.vip >><tr><td><< contact.first_name >></td></tr><< /if >><tr><td>x</td></tr></tbody></table>',
	'around a row, in comments':
		'<table><tbody><!-- << #if contact.vip >> --><tr><td><< contact.first_name >></td></tr><!-- << /if >> --><tr><td>x</td></tr></tbody></table>',
	'around the first item, in comments':
		'<ul><!-- << #if contact.vip >> --><li><< contact.first_name >></li><!-- << /if >> --><li>x</li></ul>',
	'around the last item, in comments':
		'<ul><li>x</li><!-- << #if contact.vip >> --><li><< contact.first_name >></li><!-- << /if >> --></ul>',
};

describe('twelve templates through the tools that e-mails go through', () => {
	let found: Awaited<ReturnType<typeof tableOf>>;
	beforeAll(async () => {
		found = await tableOf([...packages, ...rewrites]);
	});

	it('come out of each as they went in, or with the place and cause of what is wrong', () => {
		expect(found.silent).toEqual([]);
	});

	it('do so as the README says', () => {
		console.info(found.rows.join('\n'));
		expect(toldTable(found.rows)).toEqual(found.rows);
	});
});

if (browserMissing !== null) console.warn(browserMissing);

(browserMissing === null ? describe : describe.skip)('twelve templates through editors', () => {
	let found: Awaited<ReturnType<typeof tableOf>>;
	let strangers: readonly string[];
	const moving: Record<string, string[]> = {};
	beforeAll(async () => {
		const browser = await launchBrowser();
		try {
			await inContext(browser, async (page) => {
				const opened = await openEditors(page);
				strangers = opened.strangers;
				found = await tableOf(opened.editors);
				for (const [place, source] of Object.entries(blocks)) {
					moving[place] = [];
					for (const editor of opened.editors) {
						if (await isToldMoved(editor, source)) moving[place].push(editor.name);
					}
				}
			});
		} finally {
			await browser.close();
		}
	}, 120_000);

	it('come out of each as they went in, or with the place and cause of what is wrong', () => {
		expect(found.silent).toEqual([]);
	});

	it('do so as the README says', () => {
		console.info(found.rows.join('\n'));
		expect(toldTable(found.rows)).toEqual(found.rows);
	});

	it('are told when their blocks are moved out of tables and lists', () => {
		expect(moving).toEqual({
			'around a row': [
				'CKEditor',
				'CKEditor, any HTML',
				'CKEditor, pasted',
				'TinyMCE',
				'TinyMCE, for mail',
				'TinyMCE, pasted',
			],
			'around a row, in comments': ['CKEditor, any HTML'],
			'around the first item, in comments': ['CKEditor, any HTML'],
			'around the last item, in comments': ['CKEditor, any HTML'],
		});
	});

	it('need nothing from the network', () => {
		expect(strangers).toEqual([]);
	});
});
