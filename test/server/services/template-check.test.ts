import { describe, expect, it } from '@jest/globals';

import { check, preview, type PreviewFor } from '../../../server/services/template-check.ts';
import { newContact } from '../../../server/store/new-contact.ts';
import type { Contact, EmailSource, SendKind } from '../../../server/store/store.ts';
import { portalOf } from '../mail/batch.ts';

const portal = portalOf({ customValues: { hours: '9 to 5' } });

function source(set: Partial<EmailSource>): EmailSource {
	return { subject: 'Hi', html: '', text: '', ...set };
}

function codes(set: Partial<EmailSource>, kind: SendKind = 'email') {
	return check(portal, kind, source(set)).map(
		({ part, severity, code }) => `${part} ${severity} ${code}`,
	);
}

const url = 'https://clients.example';
const now = Date.UTC(2026, 0, 15, 9, 30);

function shown(set: Partial<EmailSource>, given: Partial<PreviewFor> = {}) {
	return preview(portal, 'email', source(set), { contact: null, item: null, url, now, ...given });
}

const written = {
	...{ id: '01900000-0000-7000-8000-000000000000', email: 'bo@example.com' },
	set: { firstName: 'Bo', locale: 'de', timeZone: 'Europe/Berlin' },
	fields: { plan: 'Gold' },
};
const contact: Contact = { ...newContact(portal.id, written, now), invitedAt: now };

describe('check', () => {
	it('says nothing of texts with nothing to say about', () => {
		expect(codes({ html: '<p>Hi</p>', text: 'Hi' })).toEqual([]);
	});

	it('tells errors, warnings and advice of all parts at once, each with its place', () => {
		const findings = check(portal, 'email', {
			subject: 'Hi << contact.frist_name >>',
			html: '<p><< contact.company >>\n<<contact.first_name | x>></p>',
			text: '<< contact.company | uper >>',
		});
		expect(findings).toMatchObject([
			{ part: 'subject', severity: 'error', code: 'unknown_value', line: 1, column: 7 },
			{ part: 'html', severity: 'info', code: 'no_fallback', line: 1, column: 4 },
			{ part: 'html', severity: 'warning', code: 'unspaced_tag', line: 2, column: 1 },
			{ part: 'text', severity: 'warning', code: 'fallback_like_filter' },
		]);
		expect(findings[0]).toHaveProperty('fix');
	});

	it('tells what the server knows beside what the engine does', () => {
		expect(codes({ subject: '', html: '<p>x</p>' }, 'login_email')).toEqual([
			'subject error missing_subject',
			'html error missing_required_value',
			'text info derived_part',
		]);
		expect(
			codes({ text: '<< contact.company >> << custom_values.hours >>' }, 'invitation'),
		).toEqual(['text error missing_required_value', 'text info no_fallback']);
	});

	it('tells of a section that leads nowhere, as the portal has no application', () => {
		const text = 'In:\n << contact.magic_link | to /courses >> << contact.magic_link | to / >>';
		expect(check(portal, 'email', source({ text }))).toEqual([
			expect.objectContaining({
				...{ part: 'text', severity: 'warning', code: 'section_without_app', line: 2, column: 2 },
				message: expect.stringContaining('not at /courses'),
			}),
		]);
		const withApp = portalOf({ appUrl: 'https://app.example' });
		expect(check(withApp, 'email', source({ text }))).toEqual([]);
	});

	it('tells at once what the engine and what only the server knows, in the order of the text', () => {
		const bare = portalOf();
		const text = [
			'<< custom_values.phone >> << contact.frist_name >>',
			'<< custom_values.fax | 112 >>',
			'<< contact.magic_link | to //evil.example >> << contact.magic_link | to /courses >>',
			'<< #if contact.company >>',
		].join('\n');
		const html = '<img src="/x">\n<p><< custom_values.phone >></p>';
		const found = check(bare, 'login_email', source({ text, html }));
		expect(found.map((one) => `${one.part} ${one.line}:${one.column} ${one.code}`)).toEqual([
			'html 1:1 missing_required_value',
			'html 1:1 missing_alt',
			'html 1:11 relative_url',
			'html 2:4 unknown_value',
			'text 1:1 unknown_value',
			'text 1:30 unknown_value',
			'text 2:1 unknown_value',
			'text 3:1 destination_not_allowed',
			'text 3:1 section_without_app',
			'text 3:46 section_without_app',
			'text 4:1 unclosed_block',
		]);
		// What is flagged is the whole tag.
		expect(found.map(({ length }) => length)).toEqual([0, 14, 2, 25, 25, 18, 29, 44, 44, 38, 25]);
		expect(
			check(portal, 'email', source({ text: '<< contact.nope >><< custom_values.nope >>' })),
		).toHaveLength(2);
	});

	it.each([
		['<< contact.magik_link >>', ['unknown_value']],
		['<a href="x/<< contact.magic_link >>">', ['relative_url', 'secret_here']],
		['&lt;&lt; contact.magic_link &gt;&gt;', ['damaged_tag']],
		['<< contact.magic_link! >>', ['tag_syntax']],
		['<b>\n<<\ncontact.magic_link\n| upper >></b>', ['secret_filtered']],
		['<< #if contact.x >>{{contact.magic_link}}<< /if >>', ['unknown_value', 'foreign_tag']],
		['<< contact.nope >>', ['missing_required_value', 'unknown_value']],
		['contact.magic_link << contact.nope >>', ['missing_required_value', 'unknown_value']],
		['<< ! contact.magic_link >><< contact.nope >>', ['missing_required_value', 'unknown_value']],
		[
			'<< !-- << contact.magic_link >> -- >><< contact.nope >>',
			['missing_required_value', 'unknown_value'],
		],
		[
			'<< raw >><< contact.magic_link >><< /raw >><< contact.nope >>',
			['missing_required_value', 'unknown_value'],
		],
		['<< #if contact.magic_link >>in', ['missing_required_value', 'unclosed_block']],
		['<< #if contact.magik_link >>in<< /if >>', ['missing_required_value', 'unknown_value']],
		['x'.repeat(262_145), ['source_too_long']],
	])('tells that the link is missing unless it is there and broken: %.40s', (html, expected) => {
		const found = check(portal, 'login_email', source({ html, text: '<< contact.magic_link >>' }));
		expect(found.map(({ code }) => code)).toEqual(expected);
	});

	it('tells that plain text will be made, and advice about the HTML once', () => {
		expect(codes({ html: '<p><< contact.company >></p>' })).toEqual([
			'html info no_fallback',
			'text info derived_part',
		]);
	});

	it.each(['<<'.repeat(30_000), '<< #if contact.x >>'.repeat(5000), 'a'.repeat(300_000), '\0'])(
		'never throws (%#)',
		(text) => {
			expect(Array.isArray(codes({ subject: text, html: text, text }))).toBe(true);
		},
	);
});

describe('preview', () => {
	const links = '<a href="<< contact.magic_link | to /courses >>">in</a> << contact.login_code >>';

	it('R29 shows sample links and a sample code in place of every secret', () => {
		const { html, text } = shown({ html: links, text: '<< contact.invitation_link >>' });
		expect(html).toBe(`<a clicktracking="off" href="${url}/l/sample">in</a> 123456`);
		expect(text).toBe(`${url}/l/sample`);
	});

	it('shows samples of the catalogue, and the portal’s own values', () => {
		const text =
			'<< contact.first_name >>, << contact.fields.plan >>, << item.order.no >>, << portal.name >>, << custom_values.hours >>';
		expect(shown({ text })).toMatchObject({
			text: 'Ada, Gold, INV-2026-001, Atelier Sonnenschein, 9 to 5',
			missing: [],
		});
		const nested = '<< #with item.order >><< #if item.order.note >><< no >><< /if >><< /with >>';
		expect(shown({ text: nested }).text).toBe('INV-2026-001');
	});

	it('shows a contact’s own row, what it lacks included, in its language and time zone', () => {
		const text = [
			'<< contact.first_name >> << contact.company | nobody >> << contact.phone >>',
			'<< contact.invited_at | date "d MMMM HH:mm" >> << contact.fields.plan >> << item.n >>',
		].join('\n');
		expect(shown({ text }, { contact, item: { n: 7 } })).toMatchObject({
			text: 'Bo nobody \n15 Januar 10:30 Gold 7',
			missing: ['contact.phone'],
		});
		expect(shown({ text }, { contact, locale: 'fr' }).text).toContain('15 janvier');
	});

	it('refuses what cannot be sent, with findings', () => {
		expect(() => shown({ text: '<< contact.frist_name >>' })).toThrow(
			expect.objectContaining({ code: 'template_invalid' }),
		);
		const text = '<< #each item.rows >>x<< /each >>';
		const item = { rows: Array.from({ length: 501 }, () => 1) };
		expect(() => shown({ text }, { item })).toThrow(
			expect.objectContaining({
				code: 'template_invalid',
				extra: { findings: [expect.objectContaining({ code: 'too_many_items' })] },
			}),
		);
	});
});
