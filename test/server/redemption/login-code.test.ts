import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';

import { createKeys } from '../../../server/services/keys.ts';
import { loginCode, readLoginCode } from '../../../server/services/login-code.ts';
import { makeLink, newId } from '../store/fixtures.ts';

const keys = createKeys([{ version: 1, secret: randomBytes(32) }]);
const contact = { id: newId(), portalId: newId(), email: 'ada@example.org' };

describe('loginCode', () => {
	it('R24 is six digits, each as often as another', () => {
		const counts = Array.from({ length: 6 }, () => new Array<number>(10).fill(0));
		const total = 20_000;
		for (let n = 0; n < total; n += 1) {
			const code = loginCode(keys, makeLink(contact))!;
			expect(code).toMatch(/^\d{6}$/);
			Array.from(code).forEach((digit, place) => (counts[place]![Number(digit)]! += 1));
		}
		// 20,000 draws of one in ten: seven standard deviations are 297.
		for (const count of counts.flat()) expect(Math.abs(count - total / 10)).toBeLessThan(297);
	});

	it('R6 R18 R23 belongs to one link of one contact of one portal under one key', () => {
		const link = makeLink(contact);
		const code = loginCode(keys, link);
		expect(loginCode(keys, { ...link })).toBe(code);
		const others = [
			{ ...link, id: newId() },
			{ ...link, portalId: newId() },
			{ ...link, subject: { kind: 'contact' as const, id: newId() } },
		].map((other) => loginCode(keys, other));
		// Three strangers have the same code once in three hundred thousand runs.
		expect(others.filter((other) => other === code)).toEqual([]);
		expect(loginCode(keys, { ...link, keyVersion: 2 })).toBeNull();
	});
});

describe('readLoginCode', () => {
	it.each([
		['123456', '123456'],
		[' 123 456 ', '123456'],
		['123-456', '123456'],
		['If a page asks you for a code: 123456\r\n', '123456'],
		['１２３４５６', '123456'],
		['12345', null],
		['1234567', null],
		['', null],
	])('reads %j as %j', (typed, code) => {
		expect(readLoginCode(typed)).toBe(code);
	});
});
