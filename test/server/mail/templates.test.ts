import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import { lint } from 'custom-values';

import { renderMessage } from '../../../server/mail/render.ts';
import { builtInTemplate } from '../../../server/mail/templates/index.ts';
import { portalCatalogue } from '../../../server/services/catalogue.ts';
import { batchOf, hrefsIn, linkOf, portalOf, recipientOf } from './batch.ts';

const kinds = ['invitation', 'login_email'] as const;

function rendered(kind: (typeof kinds)[number], set: Parameters<typeof recipientOf>[1] = {}) {
	const person = recipientOf(1, set);
	return renderMessage(batchOf([person], { source: builtInTemplate(kind) }), person);
}

describe('the built-in e-mails', () => {
	it('are compiled from their present MJML', async () => {
		const build = fileURLToPath(
			new URL('../../../server/mail/templates/build.ts', import.meta.url),
		);
		const { stderr } = await promisify(execFile)(process.execPath, [build, '--check']);
		expect(stderr).toBe('');
	});

	describe.each(kinds)('%s', (kind) => {
		it('passes the engine’s own check', () => {
			const catalogue = portalCatalogue(portalOf());
			const source = builtInTemplate(kind);
			const findings = (['subject', 'html', 'text'] as const).flatMap((context) =>
				lint(source[context], { catalogue, context }),
			);
			expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
		});

		it('lacks nothing when the contact has an address and a link', () => {
			const { subject, html, text, missing } = rendered(kind);
			expect(missing).toEqual([]);
			expect(subject).toContain('Atelier Sonnenschein');
			for (const part of [html, text]) {
				expect(part).toContain('Hi Person 1,');
				expect(part).toContain('November 23, 2026');
				expect(part).toContain('person1@example.org');
				expect(part).toContain('help@atelier.example');
				expect(part).toMatch(/If you did not expect it, ignore it/);
				expect(part).not.toMatch(/<<|>>|undefined|null/);
			}
		});

		it('R28 shows the link as a button, as a plain link and in the text, and asks for no click tracking', () => {
			const { html, text } = rendered(kind);
			expect(hrefsIn(html).filter((href) => href === linkOf(1))).toHaveLength(2);
			expect(html).toContain(`>${linkOf(1)}</a>`);
			expect(text.split('\n')).toContain(linkOf(1));
			for (const anchor of html.match(/<a\b[^>]*>/g)!) {
				if (anchor.includes('/l/')) expect(anchor).toContain('clicktracking="off"');
			}
		});

		it('greets someone without a name', () => {
			const values = {
				...recipientOf(1).values,
				contact: { ...Object(recipientOf(1).values.contact), first_name: null },
			};
			const { html, text } = rendered(kind, { values });
			expect(html).toContain('Hi there,');
			expect(text).toContain('Hi there,');
		});

		it('loads nothing from elsewhere but the portal’s own logo', () => {
			const plain = rendered(kind).html;
			expect(plain).not.toMatch(/<img|<link|@import|url\(|srcset|background=|<script/i);
			const values = {
				...recipientOf(1).values,
				portal: { name: 'Atelier', logo_url: 'https://atelier.example/logo.png' },
			};
			const withLogo = rendered(kind, { values }).html;
			expect(withLogo.match(/<img[^>]*>/g)).toEqual([
				'<img class="logo" src="https://atelier.example/logo.png" alt="Atelier" />',
			]);
		});

		it('names no support address when the portal has none', () => {
			const values = { ...recipientOf(1).values, portal: { name: 'Atelier' } };
			const { html, text } = rendered(kind, { values });
			expect(html + text).not.toContain('Questions?');
			expect(text).toBe(`${text.trim()}\n`);
		});

		it('knows dark mode', () => {
			const { html } = builtInTemplate(kind);
			expect(html).toContain('<meta name="color-scheme" content="light dark"');
			expect(html).toContain('@media (prefers-color-scheme: dark)');
		});
	});
});
