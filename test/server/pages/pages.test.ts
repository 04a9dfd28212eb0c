import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

import { outboxMessagePage } from '../../../server/pages/admin/outbox-message.ts';
import { outboxPage } from '../../../server/pages/admin/outbox.ts';
import { adminPage } from '../../../server/pages/admin/overview.ts';
import { pageCsp } from '../../../server/pages/csp.ts';
import { deadLinkPage } from '../../../server/pages/dead-link.ts';
import { linkPage } from '../../../server/pages/link.ts';
import { locales } from '../../../server/locale.ts';
import { portalPage } from '../../../server/pages/portal.ts';
import { clientPages, realisticTexts, samplePages } from './sample-pages.ts';
import type { SamplePage, SampleTexts } from './sample-pages.ts';

type Element = DefaultTreeAdapterTypes.Element;

/** Ways out of text, attributes, style sheets, scripts and the policy's header. */
const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)></style></title></textarea>&lt;\u0000\u202e\ud800`;

const hostileTexts: SampleTexts = {
	portalName: `P${attack}`,
	firstName: `F${attack}`,
	name: `N${attack}`,
	email: `e${attack}@example.com`,
	supportEmail: `s${attack}@example.com`,
	subject: `S${attack}`,
	mailText: `T${attack}</pre>`,
	color: `red}</style><script>alert(1)</script>`,
	logoUrl: `javascript:alert('${attack}')`,
};

/** Every page; those of clients in every language. */
function everyPage(texts: SampleTexts): SamplePage[] {
	const [, ...others] = locales;
	return [
		...samplePages(texts),
		...others.flatMap((locale) =>
			clientPages(texts, locale).map((page) => ({ ...page, name: `${page.name}-${locale}` })),
		),
	];
}

const plain = everyPage(realisticTexts);
const hostile = everyPage(hostileTexts);

/** What no client should have to know, in English and in the words of the other languages. */
const technical = new RegExp(
	[
		...['token', 'redeem', 'session', 'https?', 'nonce', 'magic', 'login', 'server', 'database'],
		...['invalid', '\\burl\\b', 'authent', 'sitzung', 'datenbank', 'ungültig', 'schaltfläche'],
		...['sesi[óo]n', 'sess[ãa]o', 'servidor', 'serveur', 'jeton', 'base de da', 'banco de da'],
		...['base de donn', 'inválid', 'autentic', 'credencial', 'identifiant'],
	].join('|'),
	'i',
);

describe('every page', () => {
	it.each(plain.map((page, index) => [page.name, page, hostile[index]!] as const))(
		'R36 %s has the same elements and attributes whatever a person typed',
		(_name, page, attacked) => {
			expect(outline(attacked.html)).toEqual(outline(page.html));
		},
	);

	it.each([...plain, ...hostile].map((page) => [page.name, page] as const))(
		'R26 %s loads nothing and has no inline handler or style attribute',
		(_name, { html }) => {
			for (const element of elements(html)) {
				const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
				expect([...attributes.keys()].filter((name) => /^on|^style$/.test(name))).toEqual([]);
				for (const name of ['src', 'srcset', 'data', 'poster', 'background']) {
					expect(attributes.has(name)).toBe(false);
				}
				if (element.tagName === 'link') {
					expect(attributes.get('href')).toMatch(/^data:image\/svg\+xml,[\w%.~*!()'-]+$/);
				}
				if (element.tagName === 'a') {
					expect(attributes.get('href')).toMatch(
						/^(https?:\/\/|mailto:|\/(?!\/)|\?view=|#[a-z]+$)/,
					);
				}
				if (element.tagName === 'style') expect(text(element)).not.toMatch(/@import|url\(/i);
			}
		},
	);

	it.each([...plain, ...hostile].map((page) => [page.name, page] as const))(
		'R26 %s has a policy that allows its own blocks and nothing else inline',
		(name, { html, csp }) => {
			const hashes = (tag: string) =>
				elements(html)
					.filter((element) => element.tagName === tag)
					.map(
						(element) => `'sha256-${createHash('sha256').update(text(element)).digest('base64')}'`,
					);
			const policy = directives(csp);
			expect(policy.get('default-src')).toEqual(["'none'"]);
			expect(policy.get('base-uri')).toEqual(["'none'"]);
			expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
			expect(policy.get('script-src')).toEqual(expect.arrayContaining(hashes('script')));
			expect(policy.get('script-src')).not.toContain("'unsafe-inline'");
			const isPlayground = name.startsWith('playground');
			expect(policy.get('connect-src')).toEqual(isPlayground ? ["'self'"] : undefined);
			// A framed e-mail takes the policy over.
			if (name === 'outbox-html' || isPlayground) {
				expect(policy.get('style-src')).toEqual(["'unsafe-inline'"]);
			} else {
				expect(policy.get('style-src')).toEqual(hashes('style'));
			}
			expect(csp).not.toMatch(/[\r\n]|https?:\/\/(?!app\.lindenhof\.example(;|$|\s))/);
		},
	);

	it.each(plain.map((page) => [page.name, page] as const))(
		'%s can be read aloud: language, title, one main part, one first heading, named controls',
		(_name, { html, locale }) => {
			const all = elements(html);
			const named = (tag: string) => all.filter((element) => element.tagName === tag);
			expect(attribute(named('html')[0]!, 'lang')).toBe(locale);
			expect(attribute(named('html')[0]!, 'dir')).toBe('ltr');
			expect(text(named('title')[0]!)).not.toBe('');
			expect(named('main')).toHaveLength(1);
			expect(named('h1')).toHaveLength(1);
			for (const button of named('button')) expect(text(button).trim()).not.toBe('');
			for (const link of named('a')) expect(text(link).trim()).not.toBe('');
			const ids = all.map((element) => attribute(element, 'id')).filter((id) => id !== undefined);
			expect(new Set(ids).size).toBe(ids.length);
			const labelled = new Set(named('label').map((label) => attribute(label, 'for')));
			for (const input of named('input')) {
				if (attribute(input, 'type') !== 'hidden') {
					expect(labelled).toContain(attribute(input, 'id'));
				}
			}
		},
	);

	it.each(locales)('speaks to clients without a technical word (%s)', (locale) => {
		for (const { html } of clientPages(realisticTexts, locale)) {
			const body = elements(html).find((element) => element.tagName === 'body')!;
			expect(text(body, ['script'])).not.toMatch(technical);
		}
	});
});

describe('the page of a link', () => {
	const portal = { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } };
	const frame = { portal, locale: 'en' } as const;
	const secrets = { token: 'the-token', formToken: 'the-form-token' };
	const signInToken = 'sign-in-form-token';
	const person = { firstName: 'Ada', email: 'ada.lovelace@analytical.example' };

	it.each([
		['login', '/l'],
		['invitation', '/l'],
		['admin', '/admin/sign-in'],
	] as const)('posts token and form token of a link for %s to %s', (purpose, action) => {
		const all = elements(linkPage({ ...frame, purpose, person, ...secrets }));
		const [form, ...others] = all.filter((element) => element.tagName === 'form');
		expect(others).toEqual([]);
		expect([attribute(form!, 'method'), attribute(form!, 'action')]).toEqual(['post', action]);
		const fields = all.filter((element) => element.tagName === 'input');
		expect(fields.map((field) => [attribute(field, 'name'), attribute(field, 'value')])).toEqual([
			['token', 'the-token'],
			['formToken', 'the-form-token'],
			// The script fills it when a person presses.
			['pressed', ''],
		]);
	});

	it('R15 R16 names portal and first name, and no more of the address than its mask', () => {
		for (const page of [
			linkPage({ ...frame, purpose: 'login', person, ...secrets }),
			deadLinkPage({ ...frame, renewal: { ...secrets, email: person.email }, signInToken }),
		]) {
			expect(page).toContain('a•••@a•••.example');
			expect(page).not.toMatch(/lovelace|analytical/);
			expect(page).toContain('Acme');
		}
		expect(linkPage({ ...frame, purpose: 'login', person, ...secrets })).toContain('Ada');
	});

	it('R15 a dead link that is known differs from an unknown one by the offer of a new link only', () => {
		const words = (page: string) =>
			text(elements(page).find((element) => element.tagName === 'h1')!);
		const known = deadLinkPage({
			...frame,
			renewal: { ...secrets, email: person.email },
			signInToken,
		});
		const unknown = deadLinkPage({ ...frame, renewal: null, signInToken });
		expect(words(known)).toBe(words(unknown));
		expect(known).toContain('action="/l/new"');
		expect(unknown).not.toContain('action="/l/new"');
		for (const page of [known, unknown]) expect(page).toContain('action="/sign-in"');
	});
});

describe('the portal page', () => {
	const contact = { name: 'Ada', email: 'ada@example.com' };
	const portal = { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } };

	it('links to the application of the portal, and never to anything but a web address', () => {
		const page = (appUrl: string) =>
			portalPage({
				...{ portal: { ...portal, appUrl }, locale: 'en', contact, sessions: [], timeZone: 'UTC' },
				visitLocale: null,
			});
		expect(page('https://app.acme.example/a?b=1&c')).toContain(
			'href="https://app.acme.example/a?b=1&#38;c"',
		);
		for (const appUrl of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'no url']) {
			expect(page(appUrl)).not.toContain('<a ');
		}
	});
});

describe('the first page of the dashboard', () => {
	it('tells how many joined without an invitation, when somebody did', () => {
		const portal = { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } };
		const page = (joinedWithoutInvitation: number) =>
			adminPage({
				frame: { portal, adminEmail: 'admin@acme.example', transport: 'outbox' },
				...{ portalUrl: 'http://localhost', serverUrl: 'http://localhost', apiKey: null },
				stats: { contacts: 9, invited: 5, joined: 4, pending: 3, joinedWithoutInvitation },
			});
		expect(page(2)).toContain('2 of them without an invitation');
		expect(page(0)).not.toContain('without an invitation');
	});
});

describe('a page of the dashboard with times', () => {
	const pages = samplePages(realisticTexts).filter(
		({ name, html }) => /^(?:contact|outbox)/.test(name) && html.includes('<time'),
	);

	it.each(pages.map(({ name, html }) => [name, html]))(
		'%s says in which time zone they are',
		(_name, html) => {
			expect(html).toMatch(
				/Times here are those of Europe\/Berlin\.|<\/time>\s*\(Europe\/Berlin\)/,
			);
		},
	);

	it('is each of those of contacts and of the outbox', () => {
		expect(pages.length).toBeGreaterThan(5);
		const timeZone = 'America/New_York';
		const frame = {
			portal: { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } },
			...{ adminEmail: 'admin@acme.example', transport: 'outbox' as const },
		};
		const messages = [{ id: 'm', to: 'a@example.com', subject: 'S', createdAt: 0 }];
		const list = { frame, timeZone, retentionDays: 7, nextCursor: null, firstPage: true };
		expect(outboxPage({ ...list, messages })).toContain(
			'Times here are those of America/New York.',
		);
		expect(outboxPage({ ...list, messages: [] })).not.toContain('Times here');
	});
});

describe('the page of a stored e-mail', () => {
	const portal = { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } };
	const frame = { portal, adminEmail: 'admin@acme.example', transport: 'outbox' as const };
	const email =
		'<p>Hi</p></iframe><script>parent.alert(1)</script><img src="https://track.example/x">"';
	const message = {
		...{ id: 'm', from: 'a@example.com', to: 'b@example.com', subject: 'S', createdAt: 0 },
		...{ html: email, text: 'T', source: 'Src' },
	};

	it('R26 shows HTML only inside a frame without scripts, with a policy against anything remote', () => {
		const page = outboxMessagePage({ frame, message, view: 'html', timeZone: 'UTC' });
		const frames = elements(page).filter((element) => element.tagName === 'iframe');
		expect(frames).toHaveLength(1);
		expect(attribute(frames[0]!, 'sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');
		const inside = attribute(frames[0]!, 'srcdoc')!;
		expect(inside.endsWith(email)).toBe(true);
		const [meta] = elements(inside).filter((element) => element.tagName === 'meta');
		expect(attribute(meta!, 'http-equiv')).toBe('Content-Security-Policy');
		expect(attribute(meta!, 'content')).toBe(
			"default-src 'none'; style-src 'unsafe-inline'; img-src data:",
		);
		expect(elements(page).filter((element) => element.tagName === 'img')).toEqual([]);
		expect(page).toContain('Pictures from the web are not loaded here.');
	});

	it('shows text and source as text', () => {
		for (const view of ['text', 'source'] as const) {
			const page = outboxMessagePage({
				...{ frame, view, timeZone: 'UTC' },
				message: { ...message, [view]: email },
			});
			const pre = elements(page).find((element) => element.tagName === 'pre')!;
			expect(text(pre)).toBe(email);
			expect(page).not.toContain('<iframe');
		}
	});
});

describe('pageCsp', () => {
	const portal = { name: 'Acme', supportEmail: null, brand: { logoUrl: null, color: '#0f766e' } };

	it('lets forms end at the origins of the destinations, and nowhere else', () => {
		const csp = pageCsp({
			portal,
			destinations: [
				'https://app.acme.example/a?b',
				'https://app.acme.example/c',
				'nope; script-src *',
			],
		});
		expect(directives(csp).get('form-action')).toEqual(["'self'", 'https://app.acme.example']);
		expect(directives(pageCsp({ portal })).get('form-action')).toEqual(["'self'"]);
	});

	it('lets images come from the logo’s host only, and only when there is a logo', () => {
		const withLogo = {
			...portal,
			brand: { ...portal.brand, logoUrl: 'https://cdn.example/a;b.png' },
		};
		expect(directives(pageCsp({ portal: withLogo })).get('img-src')).toEqual([
			'data:',
			'https://cdn.example',
		]);
		expect(directives(pageCsp({ portal })).get('img-src')).toEqual(['data:']);
	});
});

/** Tags and attribute names in document order: what must not depend on anybody's text. */
function outline(html: string): string[] {
	return elements(html).map(
		({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(' ')}`,
	);
}

function elements(html: string): Element[] {
	const found: Element[] = [];
	const visit = (node: DefaultTreeAdapterTypes.Node): void => {
		if ('tagName' in node) found.push(node);
		if ('childNodes' in node) node.childNodes.forEach(visit);
	};
	visit(parse(html));
	return found;
}

function text(element: Element, without: readonly string[] = []): string {
	return element.childNodes
		.map((child) => {
			if ('value' in child) return child.value;
			if (!('tagName' in child) || without.includes(child.tagName)) return '';
			return text(child, without);
		})
		.join('');
}

function attribute(element: Element, name: string): string | undefined {
	return element.attrs.find((one) => one.name === name)?.value;
}

function directives(csp: string): Map<string, string[]> {
	return new Map(
		csp.split('; ').map((directive) => {
			const [name = '', ...values] = directive.split(' ');
			return [name, values] as const;
		}),
	);
}
