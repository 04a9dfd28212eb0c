import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { templateKinds } from '../../../server/store/store.ts';
import { openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('the playground');

/** A field's text as a browser reads it. */
const unescaped = (text: string): string =>
	text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	let admin: Browser;
	let url: string;
	beforeAll(async () => {
		server = await startServer({ database });
		admin = openBrowser();
		await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
		url = `${server.url}/admin/playground`;
		await server.call('POST', '/v1/contacts', { email: 'grace@example.com', firstName: 'Grace' });
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	const good = {
		subject: 'Hi << contact.first_name | there >>',
		html: '<p>Hi << contact.first_name | there >></p><a href="<< contact.magic_link >>">In</a>',
		text: 'Hi << contact.first_name | there >>: << contact.magic_link >>',
	};
	/** What the page shows: its sentence, its findings, the framed e-mail, the plain text, and the buttons for fixes. */
	async function tried(form: Record<string, string>) {
		const { status, text } = await admin.post(url, form);
		const part = (pattern: RegExp) => unescaped(pattern.exec(text)?.[1] ?? '').trim();
		return {
			...{ status, page: text },
			said: part(/role="status">([^<]*)</),
			findings: unescaped(/<div id="findings">([^]*?)<\/div>/.exec(text)?.[1] ?? ''),
			frame: part(/srcdoc="([^"]*)"/),
			plain: part(/<pre[^>]*>([^]*?)<\/pre>/),
			subject: part(/<p><bdi dir="auto">([^<]*)</),
			/** By part, why nothing is shown of it. */
			why: Object.fromEntries(
				['subject', 'html', 'text'].map((name) => [
					name,
					part(new RegExp(`id="preview-${name}">[^]*?class="why">\\s*(?:<p[^>]*>([^<]*))?`)),
				]),
			),
			/** What is said of the sample data. */
			notes: ['item', 'custom-values'].map((name) =>
				part(new RegExp(`id="${name}-note">\\s*(?:<p[^>]*>([^<]*))?`)),
			),
			fixes: [...text.matchAll(/name="fix" value="([^"]*)"/g)].map(([, key = '']) =>
				unescaped(key),
			),
			typed: part(/<textarea[^>]*id="html"[^>]*>\n([^]*?)<\/textarea/),
		};
	}

	it('is linked from the first page, and shows a first error with its fix', async () => {
		expect((await admin.get(`${server.url}/admin`)).text).toContain('href="/admin/playground"');
		const { status, text } = await admin.get(url);
		expect(status).toBe(200);
		expect(text).toContain('Did you mean contact.first_name?');
		expect(text).toContain('Write <code>contact.first_name</code> instead');
	});

	it('says each finding with its place, and mends it with the button, without any script', async () => {
		const html =
			'<p>One</p>\r\n<p>Dear << contact.frist_name | you >>,</p>\r\n<p><< contact.shoe_size >></p>\r\n';
		const before = await tried({ kind: 'email', subject: 'Hi', html, text: 'Hi' });
		expect(before.said).toBe('2 errors. The e-mail cannot be sent like this.');
		expect(before.findings).toContain('HTML, line 2, column 12');
		expect(before.findings).toContain('There is no value “contact.frist_name”.');
		expect([before.frame, before.fixes.length]).toEqual(['', 1]);
		const form = { kind: 'email', subject: 'Hi', html, text: 'Hi', fix: before.fixes[0]! };
		const after = await tried(form);
		expect(after.said).toBe('One error. The e-mail cannot be sent like this.');
		expect(after.typed).toBe(
			'<p>One</p>\n<p>Dear << contact.first_name | you >>,</p>\n<p><< contact.shoe_size >></p>',
		);
		// A button of an older page changes nothing that it does not know.
		const again = await tried({ ...form, html: `<br>\r\n${html}` });
		expect(again.typed).toContain('<p>Dear << contact.frist_name | you >>');
	});

	it('tells first what stops the e-mail', async () => {
		const html =
			'<p><< contact.company >></p><img src="https://example.com/a.png">\n<< contact.nmae >>';
		const { findings } = await tried({ kind: 'email', subject: 'Hi', html, text: '' });
		const severities = [...findings.matchAll(/<b>(\w+)<\/b> ·/g)].map(([, severity]) => severity);
		expect(severities).toEqual(['Error', 'Warning', 'Info', 'Info']);
	});

	it('keeps what was typed as it is, a first empty line and markup included', async () => {
		const html = '\n</textarea><script>alert(1)</script> &amp; "x"';
		const { page, typed } = await tried({ kind: 'email', subject: '"><b>', html, text: '' });
		expect(unescaped(page)).toContain(`dir="auto"`);
		expect(page).not.toContain('<script>alert');
		expect(page).not.toContain('"><b>');
		expect(typed).toBe(html.trim());
		expect(page).toMatch(/<textarea[^>]*id="html"[^>]*>\n\n&#60;/);
	});

	it('R26 R29 shows the e-mail of a contact with sample links, and no tag, in a frame that may do nothing', async () => {
		const { frame, plain, subject, said, page } = await tried({
			...{ ...good, kind: 'login_email', contact: ' Grace@Example.com ' },
		});
		expect(said).toBe('Nothing is wrong with these texts.');
		expect(subject).toBe('Hi Grace');
		expect(plain).toBe(`Hi Grace: ${server.url}/l/sample`);
		expect(frame).toContain('<p>Hi Grace</p>');
		expect(frame).toContain(`href="${server.url}/l/sample"`);
		for (const shown of [frame, plain, subject]) expect(shown).not.toMatch(/<<|>>|undefined/);
		expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
		expect(frame).toMatch(
			/^<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none';/,
		);
		const { headers } = await admin.get(url);
		expect(headers.get('content-security-policy')).toMatch(/script-src (?:'sha256-[^']+' ?)+;/);
		expect(headers.get('cache-control')).toBe('no-store');
	});

	it.each([
		['', 'Hi Ada', ''],
		['nobody@example.com', 'Hi Ada', 'No contact has this address.'],
		['no address', 'Hi Ada', 'The address has a space'],
		['grace@example.com', 'Hi Grace', ''],
	])('shows the e-mail to the contact %j as %j', async (contact, subject, problem) => {
		const { page, ...shown } = await tried({ ...good, kind: 'email', contact });
		expect(shown.subject).toBe(subject);
		const said = /id="contact-problem">([^]*?)<\/div>/.exec(page)?.[1] ?? '';
		if (problem === '') expect(said.trim()).toBe('');
		else expect(said).toContain(problem);
	});

	it('holds the texts against what the e-mail is for', async () => {
		const texts = { subject: 'Hi', html: '<p>Hi</p>', text: 'Hi' };
		expect((await tried({ ...texts, kind: 'email' })).said).toContain('Nothing is wrong');
		const login = await tried({ ...texts, kind: 'login_email' });
		expect(login.said).toContain('2 errors.');
		expect(login.findings).toContain('The HTML needs << contact.magic_link >>');
	});

	it('offers no fix for a text that was made from the other one', async () => {
		const html = '<p title="x">x</p><style>p { color: red }</style><p><<contact.first_name>></p>';
		const { fixes, findings } = await tried({ kind: 'email', subject: 'Hi', html, text: '' });
		expect(findings).toContain('HTML, line 1');
		for (const key of fixes) expect(key).toMatch(/^html /);
	});

	it('shows each part that has no error on its own, and says of each other why it does not', async () => {
		const bad = '<< contact.nmae >>';
		const subject = await tried({ ...good, kind: 'email', subject: bad });
		expect(subject.why).toEqual({
			...{ subject: 'No preview: the subject has errors.', html: '', text: '' },
		});
		expect([subject.frame.includes('Hi Ada'), subject.plain]).toEqual([
			true,
			`Hi Ada: ${server.url}/l/sample`,
		]);
		const html = await tried({ ...good, kind: 'email', html: bad });
		expect([html.subject, html.frame, html.why['html']]).toEqual([
			...['Hi Ada', '', 'No preview: the HTML has errors.'],
		]);
		expect(html.plain).toContain('Hi Ada');
		const made = await tried({ kind: 'email', subject: 'Hi', html: bad, text: '' });
		expect(made.why['text']).toBe('No preview: this is made from the HTML, which has errors.');
		const other = await tried({ kind: 'email', subject: 'Hi', html: '', text: bad });
		expect(other.why).toMatchObject({
			html: 'No preview: this is made from the plain text, which has errors.',
			text: 'No preview: the plain text has errors.',
		});
		const loop = '<< #each item.rows >>x<< /each >>';
		const item = JSON.stringify({ rows: Array.from({ length: 501 }, () => 1) });
		const long = await tried({ ...good, kind: 'email', text: loop, item });
		expect([long.why['text'], long.why['html']]).toEqual([expect.stringContaining('500'), '']);
		expect(long.frame).toContain('Hi Ada');
	});

	it('takes an item and custom values as JSON', async () => {
		const text = '<< #each item.rows >><< name >> << /each >><< custom_values.season >>';
		const values = {
			item: ' {"rows": [{"name": "Pen"}, {"name": "<Ink>"}]}\r\n',
			'custom-values': '{"season": "Spring"}',
		};
		const shown = await tried({
			...good,
			kind: 'email',
			text,
			...values,
			contact: 'grace@example.com',
		});
		expect([shown.plain, shown.subject]).toEqual(['Pen <Ink> Spring', 'Hi Grace']);
		expect(shown.said).toBe('Nothing is wrong with these texts.');
		expect(shown.notes).toEqual([
			'',
			'Before you send, give the portal a value for season: so far it has none.',
		]);
		expect(shown.page).toMatch(/<details class="card stack" open>/);
		expect(unescaped(shown.page)).toMatch(/"name": "<Ink>"\}\]\}\s*<\/textarea/);
		// A fix is found with them, too, and what was typed stays.
		const mended = await tried({
			...good,
			kind: 'email',
			...values,
			html: '<< contact.nmae >><< custom_values.season >>',
			fix: 'html unknown_value 1 4 12',
		});
		expect(mended.typed).toBe('<< contact.name >><< custom_values.season >>');
		expect(mended.frame).toContain('Ada LovelaceSpring');
	});

	it.each([
		[
			'item',
			' \n{"a": 1,\n "b": 2,}',
			'This is no JSON: line 3, column 9, at “}”. Take out the comma before }. Until then the preview shows samples.',
		],
		['item', '[1]', 'This is a list. Give one thing of it, from its { to its }, such as'],
		['item', '{"__proto__": {"a": 1}}', '/__proto__: A member may not have this name.'],
		['custom-values', '{"Season": "x"}', 'A custom value cannot be called “Season”'],
		['custom-values', '{"season": 1}', '“season” has to be a text between double quotes'],
	])('says what is wrong with %s %j, and goes on without it', async (name, json, sentence) => {
		const text = '<< item.a >>';
		const { notes, plain, status } = await tried({ ...good, kind: 'email', text, [name]: json });
		expect([status, plain]).toEqual([200, 'INV-2026-001']);
		expect(notes[name === 'item' ? 0 : 1]).toContain(sentence);
		expect(notes[name === 'item' ? 1 : 0]).toBe('');
	});

	it('takes an item and custom values as n8n shows them, and says so', async () => {
		const { plain, notes } = await tried({
			...good,
			kind: 'email',
			text: '<< item.a >> << custom_values.season >>',
			item: '[{"json": {"a": "Pen"}}]',
			'custom-values': '{"custom_values": {"season": "Spring"}}',
		});
		expect(plain).toBe('Pen Spring');
		expect(notes).toEqual([
			'Of this, only what is in “json” of the first item of the list is used.',
			'Of this, only what is in “custom_values” is used. Before you send, give the portal a value for season: so far it has none.',
		]);
	});

	it('says what stands for an item that is not given: samples, and no items in lists', async () => {
		const text = '<< item.a >><< #each item.rows >>x<< else >>, none<< /each >>';
		const { plain, page } = await tried({ ...good, kind: 'email', text });
		expect(plain).toBe('INV-2026-001, none');
		expect(unescaped(page)).toContain('Left empty: samples, but lists have no items');
	});

	it('says nothing of empty texts, and takes a form that has none', async () => {
		const { status, said, frame } = await tried({});
		expect([status, said, frame]).toEqual([200, 'Nothing to check yet.', '']);
		const { text } = await admin.post(url, { item: '{"a": 1}' });
		expect(text).toContain('see here what becomes of it');
	});

	it('R29 nothing is minted, stored or sent, and R27 no text is in the log', async () => {
		const { services, portal } = server;
		const rows = async () => ({
			links: await services.store.magicLinks.countLive(1, 0),
			outbox: await services.store.outbox.list(portal.id, { limit: 100, after: null }),
			templates: (await server.call('GET', '/v1/templates')).body.items,
			events: (await server.call('GET', '/v1/events?limit=200')).body.items,
			stats: (await server.call('GET', '/v1/stats')).body,
		});
		const before = await rows();
		const secretText = 'aubergine-4711';
		for (const kind of templateKinds) {
			const text = `${good.text} << contact.login_code >> ${secretText}`;
			const { plain } = await tried({ ...good, kind, text, contact: 'grace@example.com' });
			expect(plain).toContain(`123456 ${secretText}`);
			await tried({ ...good, kind, html: `${secretText} << contact.${secretText} >>` });
			await tried({
				...good,
				kind,
				item: `{"a": "${secretText}"}`,
				'custom-values': `{${secretText}`,
			});
		}
		expect(await rows()).toEqual(before);
		expect(server.logged.length).toBeGreaterThan(0);
		expect(server.logged.join('\n')).not.toContain(secretText);
	});

	it('needs a signed-in admin and our own page', async () => {
		const stranger = openBrowser();
		for (const page of [await stranger.get(url), await stranger.post(url, good)]) {
			expect([page.status, page.text.includes('id="playground"')]).toEqual([401, false]);
		}
		const contact = openBrowser();
		const link = await server.call('POST', '/v1/magic-links', {
			contact: { email: 'grace@example.com' },
		});
		await signIn(contact, link.body.url);
		expect((await contact.post(url, good)).status).toBe(401);
		const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
		expect((await admin.post(url, good, elsewhere)).status).toBe(403);
	});

	it('takes texts as long as the engine does, says so when one is longer, and reads no longer form', async () => {
		const long = await tried({ ...good, kind: 'email', html: `<p>${'é'.repeat(250_000)}</p>` });
		expect([long.status, long.said]).toEqual([200, 'Nothing is wrong with these texts.']);
		const longer = await tried({ ...good, kind: 'email', html: 'x'.repeat(262_145) });
		expect(longer.findings).toContain('262144 characters');
		expect((await tried({ ...good, html: 'x'.repeat(5_000_001) })).status).toBe(413);
		// Of anybody else the server reads as little as ever, and here nothing: who asks comes first.
		const big = { html: 'x'.repeat(100_000) };
		expect((await openBrowser().post(`${server.url}/sign-in`, big)).status).toBe(413);
		expect((await openBrowser().post(url, big)).status).toBe(401);
	});
});
