import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
	startSendGridStub,
	type SendGridStub,
	type StubMail,
} from '../../support/sendgrid-stub.ts';

let stub: SendGridStub;
beforeAll(async () => {
	stub = await startSendGridStub();
});
afterAll(() => stub.close());

const good: StubMail = {
	personalizations: [{ to: [{ email: 'a@example.org' }] }],
	from: { email: 'b@example.org' },
	subject: 'Hi',
	content: [{ type: 'text/plain', value: 'Hello' }],
};

async function post(mail: unknown, authorization = `Bearer ${stub.apiKey}`) {
	const response = await fetch(`${stub.url}/v3/mail/send`, {
		method: 'POST',
		headers: { authorization, 'content-type': 'application/json' },
		body: typeof mail === 'string' ? mail : JSON.stringify(mail),
	});
	return { status: response.status, headers: response.headers, body: await response.text() };
}

const to = (email: string) => ({ to: [{ email }] });
const withBlock = (block: unknown) => ({ ...good, personalizations: [block] });

describe('the stand-in for SendGrid', () => {
	it('takes a good mail and names it', async () => {
		const { status, headers, body } = await post(good);
		expect([status, body]).toEqual([202, '']);
		expect(headers.get('x-message-id')).toBeTruthy();
	});

	it('takes 1,000 personalizations and 10,000 bytes of substitutions', async () => {
		const many = Array.from({ length: 1000 }, (_, n) => to(`p${String(n)}@example.org`));
		expect((await post({ ...good, personalizations: many })).status).toBe(202);
		const full = { ...to('a@example.org'), substitutions: { '-k-': 'ü'.repeat(4998) + 'x' } };
		expect((await post(withBlock(full))).status).toBe(202);
	});

	it('puts substitutions as they are in the place of their keys, for each personalization', async () => {
		const block = (email: string, name: string) => ({
			...to(email),
			subject: 'For -k-',
			substitutions: { '-k-': name },
		});
		const content = [
			{ type: 'text/plain', value: '-k-, -k-' },
			{ type: 'text/html', value: '<p>-k- -K-</p>' },
		];
		const personalizations = [block('a@example.org', '<b>$&</b>'), block('b@example.org', 'B')];
		expect((await post({ ...good, personalizations, content })).status).toBe(202);
		const { from } = good;
		expect(stub.emails().slice(-2)).toEqual([
			{
				...{ from, to: { email: 'a@example.org' }, subject: 'For <b>$&</b>' },
				...{ text: '<b>$&</b>, <b>$&</b>', html: '<p><b>$&</b> -K-</p>' },
			},
			{
				...{ from, to: { email: 'b@example.org' }, subject: 'For B' },
				...{ text: 'B, B', html: '<p>B -K-</p>' },
			},
		]);
	});

	it('refuses 30 MB', async () => {
		const content = [{ type: 'text/plain', value: 'x'.repeat(30_000_000) }];
		const { status, body } = await post({ ...good, content });
		expect(status).toBe(413);
		expect(body).toContain('too large');
	});

	it('refuses a wrong key', async () => {
		expect((await post(good, 'Bearer SG.other')).status).toBe(401);
	});

	it.each<[string, unknown, string]>([
		['no JSON', '{', 'Bad Request'],
		['no personalizations', { ...good, personalizations: [] }, 'at least one personalization'],
		[
			'1,001 personalizations',
			{ ...good, personalizations: Array.from({ length: 1001 }, () => to('a@example.org')) },
			'more than 1000',
		],
		[
			'an address twice in one personalization',
			withBlock({ to: [{ email: 'a@example.org' }, { email: 'A@example.org' }] }),
			'only be included once',
		],
		[
			'an address in two personalizations',
			{ ...good, personalizations: [to('a@example.org'), to('A@example.org')] },
			'only be included once',
		],
		[
			'an address in to and bcc',
			withBlock({ ...to('a@example.org'), bcc: [{ email: 'a@example.org' }] }),
			'only be included once',
		],
		['an address that is none', withBlock(to('a@example.org, b@example.org')), 'valid address'],
		[
			'a name that it would take for another address',
			withBlock({ to: [{ email: 'a@example.org', name: 'b@example.com, Bob' }] }),
			'end of an address',
		],
		['nobody to send to', withBlock({ to: [] }), 'to array is required'],
		[
			'a substitution that is no string',
			withBlock({ ...to('a@example.org'), substitutions: { a: 1 } }),
			'must be strings',
		],
		[
			'10,001 bytes of substitutions',
			withBlock({ ...to('a@example.org'), substitutions: { '-k-': 'ü'.repeat(4999) } }),
			'limited to 10000 bytes',
		],
		['no sender', { ...good, from: undefined }, 'from object'],
		['no subject', { ...good, subject: undefined }, 'subject is required'],
		['no content', { ...good, content: [] }, 'content parameter is required'],
		[
			'an empty part',
			{ ...good, content: [{ type: 'text/html', value: '' }] },
			'at least one character',
		],
		[
			'HTML before text',
			{
				...good,
				content: [
					{ type: 'text/html', value: 'x' },
					{ type: 'text/plain', value: 'x' },
				],
			},
			'must be first',
		],
		['a reserved header', { ...good, headers: { Bcc: 'x@example.org' } }, 'reserved'],
	])('refuses %s', async (_name, mail, words) => {
		const before = stub.mails.length;
		const { status, body } = await post(mail);
		expect(status).toBe(400);
		expect(body).toContain(words);
		expect(stub.mails).toHaveLength(before);
	});
});
