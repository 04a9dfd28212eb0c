import { describe, expect, it } from '@jest/globals';

import { displayName } from '../../../server/mail/message.ts';
import { providerText } from '../../../server/mail/provider-text.ts';
import { hostileNames, linkOf } from './batch.ts';

describe('a display name (R36)', () => {
	it.each(hostileNames)('%j becomes one short line without controls', (name) => {
		const shown = displayName(name);
		expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
		expect(shown.isWellFormed()).toBe(true);
		expect(Array.from(shown).length).toBeLessThanOrEqual(100);
	});

	it.each(['Zoë Ångström', '山田 太郎', 'محمد علی', 'می‌خواهم', '👩‍👩‍👧', "O'Brien, Jr."])(
		'%s stays as it is',
		(name) => {
			expect(displayName(name)).toBe(name);
		},
	);
});

describe('what a provider said', () => {
	it('loses links, tokens and the given secrets, and keeps the sense', () => {
		const said = `Refused\r\n "${linkOf(1)}" key SG.abc.def pass hunter2! token ${'x'.repeat(28)} see https://sendgrid.com/docs/errors/`;
		expect(providerText(said, ['SG.abc.def', 'hunter2!', ''])).toBe(
			'Refused "…" key … pass … token … see https://sendgrid.com/docs/errors/',
		);
	});

	it('is not fooled by a host that only looks like the provider’s', () => {
		expect(providerText('see https://sendgrid.com.evil.example/x')).toBe('see …');
		expect(providerText('see https://sendgrid.com/x?token=1')).toBe('see …');
	});

	it('is short', () => {
		expect(providerText('no '.repeat(1000))).toHaveLength(300);
	});
});
