import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { readConfig } from '../../../server/config.ts';
import { createServices } from '../../../server/services.ts';
import { makePlace, runCli, type Place } from '../../support/cli.ts';

let place: Place;
let env: Record<string, string>;

beforeEach(async () => {
	place = await makePlace();
	const url = { PUBLIC_URL: 'https://clients.example', ALLOW_OUTBOX: '1' };
	env = { DATABASE_URL: place.databaseUrl, ...url };
});

afterEach(() => place.remove());

async function file(name: string, content: string | Uint8Array): Promise<string> {
	const path = join(place.folder, name);
	await writeFile(path, content);
	return path;
}

const template = (...args: string[]) => runCli(['template', ...args], env);
const link = '<a href="<< contact.magic_link >>">In</a>';

describe('template lint', () => {
	it('prints each finding with its place and fix, and exits with 1 on errors', async () => {
		const path = await file('mail.html', `Hello *|FNAME|*,\n${link} << contact.company >>\n`);
		expect(await template('lint', path)).toEqual({
			code: 1,
			stdout: [
				`${path}:1:7: error: Readers would see this as it stands: it is no custom value here. Write << contact.first_name >>. [foreign_tag]`,
				'    1 | Hello *|FNAME|*,',
				'      |       ^^^^^^^^^',
				'      = write: << contact.first_name >>',
				'',
				`${path}:2:43: info: Contacts without “contact.company” see a gap here. Add what they see instead after a |, inside the tag. [no_fallback]`,
				`    2 | ${link} << contact.company >>`,
				'      |                                           ^^^^^^^^^^^^^^^^^^^^^',
				'',
				'1 error, 1 info. It cannot be sent like this.\n',
			].join('\n'),
			stderr: '',
		});
	});

	it('exits with 0 when nothing stops the e-mail, and needs no database', async () => {
		const path = await file('mail.html', `<p>${link} << contact.company >></p>`);
		const { code, stdout, stderr } = await template('lint', path);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toContain(`${path}:1:46: info: Contacts without “contact.company”`);
		expect(stdout).toMatch(/\n\n1 info\. It could be sent like this\.\n$/);
		const good = await file('good.txt', 'Hello');
		expect((await template('lint', good)).stdout).toBe(`${good}: nothing is wrong\n`);
		expect((await readdir(place.folder)).sort()).toEqual(['good.txt', 'mail.html']);
	});

	it('--json prints one JSON document', async () => {
		const path = await file('mail.txt', '<< contact.nmae >>');
		const { code, stdout } = await template('lint', path, '--json', '--subject', '<< portal >>');
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({
			file: path,
			findings: [
				{ part: 'subject', code: 'namespace' },
				{ part: 'text', code: 'unknown_value', line: 1, column: 4, fix: 'contact.name' },
			],
		});
	});

	it('takes the kind, the part and the portal into account', async () => {
		const path = await file('mail.html', 'Open: << custom_values.hours >>');
		const hint =
			'Without --portal NAME no portal’s custom values are known; the first portal is called default.';
		const login = await template('lint', path, '--kind', 'login_email', '--context', 'subject');
		expect(login.stdout).toContain('The portal has no custom value “hours”.');
		expect(login.stderr).toContain(hint);
		expect((await template('render', path)).stderr).toContain(hint);
		const services = await createServices(readConfig(env), pino({ level: 'silent' }));
		const { portal } = await services.portals.ensureDefault();
		await services.portals.setCustomValue(portal.id, 'hours', '9 to 5');
		await services.stop();
		const known = await template('lint', path, '--portal', 'default');
		expect(known).toMatchObject({ code: 0, stderr: '' });
		const other = await file('other.txt', '<< custom_values.hour >>');
		const lacking = await template('lint', other, '--portal', 'default');
		expect([lacking.code, lacking.stderr]).toEqual([1, '']);
		const { code, stdout } = await template(
			'lint',
			path,
			...['--portal', 'default'],
			'--kind=login_email',
		);
		expect([code, stdout.includes('error: The HTML needs')]).toEqual([1, true]);
	});

	it('warns of a section where the portal that is named has no application', async () => {
		const path = await file('mail.txt', '<< contact.magic_link | to /courses >>');
		expect((await template('lint', path)).stdout).toBe(`${path}: nothing is wrong\n`);
		const services = await createServices(readConfig(env), pino({ level: 'silent' }));
		await services.portals.ensureDefault();
		await services.stop();
		const { code, stdout } = await template('lint', path, '--portal', 'default');
		expect([code, stdout]).toEqual([
			0,
			expect.stringContaining(`${path}:1:1: warning: Readers land on the portal page`),
		]);
	});

	it('takes custom values from a file', async () => {
		const path = await file('mail.txt', '<< custom_values.hours >>, << custom_values.phone >>');
		const values = await file('values.json', '{"hours": "9 to 5"}');
		const { code, stdout } = await template('lint', path, '--custom-values', values);
		expect(code).toBe(1);
		expect(stdout).toContain('There is no value “custom_values.phone”.');
		expect(stdout).not.toContain('“custom_values.hours”');
	});

	it('gives the terminal no orders out of a file of JSON', async () => {
		const path = await file('mail.txt', 'x');
		const values = await file('values.json', '{"\\u001b[31m": "x"}');
		const { code, stderr } = await template('lint', path, '--custom-values', values);
		expect(code).toBe(1);
		expect(stderr).toContain('cannot be called “\ufffd[31m”');
	});

	it('refuses names in JSON that no item has', async () => {
		const path = await file('mail.txt', '<< item.__proto__.a >>');
		const item = await file('item.json', '{"__proto__": {"a": "b"}}');
		const { code, stdout, stderr } = await template('render', path, '--item', item);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain('/__proto__: A member may not have this name.');
	});

	it('takes UTF-8 with the mark that Windows puts first, and says of other encodings what to do', async () => {
		const bytes = Buffer.from('\ufeffHello\n<< contact.nmae >>');
		const marked = await file('marked.txt', bytes);
		expect((await template('lint', marked)).stdout).toContain(`${marked}:2:4: error:`);
		const rendered = await template('render', await file('good.txt', '\ufeffHello'));
		expect(rendered.stdout).toBe('Hello\n');
		const values = await file('values.json', '\ufeff{"hours": "9 to 5"}');
		const path = await file('mail.txt', '<< custom_values.hours >>');
		const shown = await template('render', path, '--custom-values', values);
		expect(shown).toEqual({ code: 0, stdout: '9 to 5\n', stderr: '' });
		for (const encoding of ['latin1', 'utf16le'] as const) {
			const other = await file('other.txt', Buffer.from('Grüße', encoding));
			const { code, stdout, stderr } = await template('lint', other);
			expect([code, stdout, stderr]).toEqual([
				...[1, '', `${other} is not UTF-8 text; save it as UTF-8.\n`],
			]);
			const item = await template('render', path, '--item', other);
			expect(item.stderr).toBe(stderr);
		}
	});

	it.each([
		[['none.html'], 'There is no file none.html.'],
		[['test/server'], 'test/server is a folder; name a file in it.'],
		[['x', '--kind', 'newsletter'], 'Allowed choices are email, login_email, invitation.'],
	])('%j says what is wrong', async (args, sentence) => {
		const { code, stdout, stderr } = await template('lint', ...args);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain(sentence);
	});
});

describe('template render', () => {
	it('R29 prints the text as somebody made up would read it, with sample links and no tag', async () => {
		const path = await file('mail.txt', 'Hi << contact.first_name >>: << contact.magic_link >>\n');
		const run = await template('render', path, '--subject', 'News of << portal.name >>');
		expect(run).toEqual({
			code: 0,
			stdout: 'Subject: News of Client Portal\n\nHi Ada: https://clients.example/l/sample\n',
			stderr: '',
		});
		const { stdout } = await template('render', path, '--json');
		expect(JSON.parse(stdout)).toMatchObject({
			text: 'Hi Ada: https://clients.example/l/sample\n',
		});
		expect(await readdir(place.folder)).toEqual(['mail.txt']);
	});

	it('takes an item and custom values from files', async () => {
		const path = await file(
			'mail.txt',
			'<< #each item.rows >><< name >> << /each >><< custom_values.hours >>',
		);
		const item = await file('item.json', '{"rows": [{"name": "Pen"}, {"name": "Ink"}]}');
		const values = await file('values.json', '{"hours": "9 to 5"}');
		const run = await template('render', path, '--item', item, '--custom-values', values);
		expect(run).toEqual({ code: 0, stdout: 'Pen Ink 9 to 5\n', stderr: '' });
	});

	it('tells what is left blank, and what is taken of an item as n8n copies it', async () => {
		const path = await file('mail.txt', '<< item.a >>, << item.b >>, << item.c | none >>');
		const item = await file('item.json', '[{"json": {"a": "Pen"}}]');
		expect(await template('render', path, '--item', item)).toEqual({
			code: 0,
			stdout: 'Pen, , none\n',
			stderr: `${item}: Of this, only what is in “json” of the first item of the list is used.\nLeft blank for this contact: item.b\n`,
		});
	});

	it.each([
		['{"a": 1,}', ': This is no JSON: line 1, column 9, at “}”. Take out the comma before }.'],
		['[]', ': This is a list. Give one thing of it, from its { to its }'],
	])('says what is wrong with an item that is %s', async (json, sentence) => {
		const path = await file('mail.txt', '<< item.a >>');
		const item = await file('item.json', json);
		const { code, stdout, stderr } = await template('render', path, '--item', item);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain(`${item}${sentence}`);
		const none = await template('render', path, '--item', 'none.json');
		expect([none.code, none.stderr]).toEqual([1, 'There is no file none.json.\n']);
	});

	it('R29 prints it as a contact would, and mints nothing', async () => {
		const services = await createServices(readConfig(env), pino({ level: 'silent' }));
		const { portal } = await services.portals.ensureDefault();
		const contact = { email: 'bo@example.com', set: { firstName: 'Bo' }, fields: {} };
		await services.contacts.upsertMany(portal, [contact], 'system');
		const path = await file('mail.html', `Hi << contact.first_name >>, ${link}`);
		const { code, stdout } = await template('render', path, '--contact', 'Bo@Example.com');
		expect([code, stdout.startsWith('Hi Bo, <a')]).toEqual([0, true]);
		expect(stdout).toContain('href="https://clients.example/l/sample"');
		expect(await services.store.magicLinks.countLive(1, 0)).toBe(0);
		await services.stop();
		const nobody = await template('render', path, '--contact', 'nobody@example.com');
		expect(nobody).toMatchObject({ code: 1, stdout: '' });
		expect(nobody.stderr).toContain('No contact of this portal');
	});

	it('prints the errors in place of a text that cannot be sent', async () => {
		const path = await file('mail.html', '<< contact.nmae >>');
		const { code, stdout, stderr } = await template('render', path);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain('    1 | << contact.nmae >>\n      |    ^^^^^^^^^^^^\n');
		expect(stderr).toContain(`${path}:1:4: error: There is no value “contact.nmae”.`);
	});
});
