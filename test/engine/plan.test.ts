import { describe, expect, it } from '@jest/globals';
import {
	compile,
	plan,
	render,
	TemplateError,
	type PlannedRecipient,
	type PlanRecipient,
	type PlanTexts,
	type Values,
} from 'custom-values';
import fc from 'fast-check';
import { catalogue, options, values as anna } from './support.ts';

const salt = '01ab23cd';
const { now, onMissing } = options;
const planOptions = { now, onMissing, salt } as const;

function textsOf(html: string, text = '', subject = 'Hello'): PlanTexts {
	return {
		subject: compile(subject, { catalogue, context: 'subject' }),
		html: compile(html, { catalogue, context: 'html' }),
		text: compile(text, { catalogue, context: 'text' }),
	};
}

function recipientOf(contact: object, more: object = {}): PlanRecipient {
	return { values: { ...anna, contact, ...more }, locale: 'en', timeZone: 'UTC' };
}

const people = (count: number) =>
	Array.from({ length: count }, (_, n) =>
		recipientOf({ first_name: `Anna${n}`, magic_link: `https://portal.example/l/token${n}` }),
	);

type Shared = Extract<PlannedRecipient, { kind: 'shared' }>;

function sharedOf(one: PlannedRecipient | undefined): Shared {
	if (one?.kind !== 'shared') throw new Error(`It is ${one?.kind}.`);
	return one;
}

/** As SendGrid does: one after the other, in any order. */
function substitute(body: string, { substitutions }: Shared, backwards = false): string {
	const all = Object.entries(substitutions);
	return (backwards ? all.toReversed() : all).reduce(
		(text, [tag, piece]) => text.split(tag).join(piece),
		body,
	);
}

function rendered(texts: PlanTexts, { values, locale, timeZone }: PlanRecipient) {
	const how = { now, onMissing, locale, timeZone };
	const [subject, html, text] = [texts.subject, texts.html, texts.text].map((one) =>
		render(one, values, how),
	);
	const all = [subject!, html!, text!];
	return {
		...{ subject: subject!.text, html: html!.text, text: text!.text },
		missing: [...new Set(all.flatMap(({ missing }) => missing))],
	};
}

describe('plan', () => {
	it('gives bodies with tags, and to each recipient what stands in their place', () => {
		const texts = textsOf(
			'<p>Hi << contact.first_name | there >> of << portal.name >>, <a href="<< contact.magic_link >>">sign in</a></p>',
			'<< contact.first_name | there >>: << contact.magic_link >>',
			'<< contact.first_name >>, welcome',
		);
		const contact = { magic_link: 'https://portal.example/l/x' };
		const { html, text, recipients } = plan(
			texts,
			[recipientOf(contact), recipientOf({ ...contact, first_name: 'B & B' }), ...people(1)],
			planOptions,
		);
		const tag = (n: number) => `-cv${salt}0${n}-`;
		expect(html).toBe(`<p>Hi ${tag(0)} of Acme Academy, <a href="${tag(1)}">sign in</a></p>`);
		expect(text).toBe(`${tag(2)}: ${tag(3)}`);
		expect(recipients.slice(0, 2)).toEqual([
			{
				kind: 'shared',
				subject: ', welcome',
				substitutions: {
					[tag(0)]: 'there',
					[tag(1)]: contact.magic_link,
					[tag(2)]: 'there',
					[tag(3)]: contact.magic_link,
				},
				missing: ['contact.first_name'],
			},
			{
				kind: 'shared',
				subject: 'B & B, welcome',
				substitutions: {
					[tag(0)]: 'B &amp; B',
					[tag(1)]: contact.magic_link,
					[tag(2)]: 'B & B',
					[tag(3)]: contact.magic_link,
				},
				missing: [],
			},
		]);
	});

	it('has one slot for equal tags of a text, and one for a whole block', () => {
		const link = '<a href="<< contact.magic_link >>">';
		const block = '<< #if contact.first_name >>Hi << contact.first_name >><< else >>Hi<< /if >>';
		const list = '<< #each item.rows >><< name >>, << /each >>';
		const texts = textsOf(`${link}${block}</a>${link}${list}${block}</a>`);
		const rows = [{ name: 'Pen' }, { name: 'Ink' }];
		const made = plan(
			texts,
			[...people(2), recipientOf({ magic_link: 'https://x.example' }, { item: { rows } })],
			planOptions,
		);
		expect(Object.values(sharedOf(made.recipients[0]).substitutions)).toEqual([
			'https://portal.example/l/token0',
			'Hi Anna0',
			'Pen, Ink &lt;blue&gt;, ',
		]);
		expect(Object.values(sharedOf(made.recipients[2]).substitutions)).toEqual([
			'https://x.example',
			'Hi',
			'Pen, Ink, ',
		]);
	});

	it('keeps what is the same for everybody out of the substitutions, whatever it comes from', () => {
		const texts = textsOf(
			'<< portal.name | upper >> << right_now.year >> << #if portal.phone >><< portal.phone >><< /if >> << item.title >> << contact.first_name >>',
		);
		const { html, recipients } = plan(texts, people(3), planOptions);
		expect(html).toBe(`ACME ACADEMY 2026 +49 221 1234 Your order -cv${salt}00-`);
		expect(sharedOf(recipients[2]).substitutions).toEqual({ [`-cv${salt}00-`]: 'Anna2' });
	});

	it('reports a recipient without a required value or a link alone, and plans the others', () => {
		const texts = textsOf('<a href="<< contact.magic_link >>"><< contact.first_name >></a>');
		const broken = recipientOf({ first_name: 'Bo' });
		const { recipients } = plan(texts, [broken, ...people(2)], planOptions);
		expect(recipients.map(({ kind }) => kind)).toEqual(['failed', 'shared', 'shared']);
		const [failed] = recipients;
		expect(failed?.kind === 'failed' && failed.error).toBeInstanceOf(TemplateError);
		expect(failed?.kind === 'failed' && String(failed.error)).toContain('contact.magic_link');
	});

	it.each([
		['10,000 bytes with its tag', 10_000 - 14, 'shared'],
		['one byte more', 10_000 - 13, 'alone'],
	])('a recipient of %s', (_name, bytes, kind) => {
		const texts = textsOf('<p><< contact.first_name >></p>');
		for (const long of [
			'x'.repeat(bytes),
			`${'é'.repeat((bytes - 4 - (bytes % 2)) / 2)}${'x'.repeat(bytes % 2)}😀`,
		]) {
			const { recipients } = plan(
				texts,
				[...people(2), recipientOf({ first_name: long })],
				planOptions,
			);
			expect(recipients.map((one) => one.kind)).toEqual(['shared', 'shared', kind]);
		}
	});

	it('gives everybody an e-mail of their own when they differ in 100 places', () => {
		const source = (places: number) =>
			Array.from({ length: places }, (_, n) => `<< contact.fields.f${n} >>`).join(' ');
		const two = [0, 1].map((n) =>
			recipientOf({
				fields: Object.fromEntries(Array.from({ length: 100 }, (_, f) => [`f${f}`, `${n} ${f}`])),
			}),
		);
		const kinds = (places: number) =>
			plan(textsOf(source(places)), two, planOptions).recipients.map(({ kind }) => kind);
		expect(kinds(99)).toEqual(['shared', 'shared']);
		expect(kinds(100)).toEqual(['alone', 'alone']);
	});

	it('takes another salt when the texts hold the given one', () => {
		const taken = `-cv${salt}00- cv01ab23ce <p><< contact.first_name >></p>`;
		const { html } = plan(textsOf(taken), people(2), planOptions);
		expect(html).toBe(`-cv${salt}00- cv01ab23ce <p>-cv01ab23cf00-</p>`);
		const last = plan(textsOf('cvffffffff << contact.first_name >>'), people(2), {
			...planOptions,
			salt: 'ffffffff',
		});
		expect(last.html).toBe('cvffffffff -cv0000000000-');
	});

	it.each(['', '0123456', '0123456G', '012345678', 'ABCDEF01'])(
		'takes no salt like “%s”',
		(bad) => {
			expect(() => plan(textsOf('x'), [], { ...planOptions, salt: bad })).toThrow(TypeError);
		},
	);

	it('lets a recipient go alone whose values make up a tag, and one whose text would be empty', () => {
		const texts = textsOf(
			'-<< contact.first_name >>v01a<< contact.last_name >>',
			'<< contact.company >>',
		);
		const { recipients } = plan(
			texts,
			[
				recipientOf({ first_name: `x-cv${salt}00-`, company: 'x' }),
				recipientOf({ first_name: 'c', last_name: 'b23cd00-', company: 'x' }),
				recipientOf({ first_name: 'x', last_name: 'y', company: '' }),
				recipientOf({ first_name: 'x', last_name: 'y', company: 'z' }),
			],
			planOptions,
		);
		expect(recipients.map(({ kind }) => kind)).toEqual(['alone', 'alone', 'alone', 'shared']);
	});

	it('shares nothing when values are not the same when they are read again', () => {
		let reads = 0;
		const contact = new Proxy(
			{ first_name: 'x' },
			{
				getOwnPropertyDescriptor: () => ({
					...{ value: `Name ${reads++}`, configurable: true, enumerable: true, writable: true },
				}),
			},
		);
		const texts = textsOf('<p><< contact.first_name >></p>');
		const { recipients } = plan(texts, [recipientOf(contact), ...people(2)], planOptions);
		expect(recipients.map(({ kind }) => kind)).toEqual(['alone', 'alone', 'alone']);
	});

	it('plans nothing for nobody', () => {
		expect(plan(textsOf('<< contact.first_name >>'), [], planOptions).recipients).toEqual([]);
	});
});

describe('a plan for any texts and any values', () => {
	// Parts of tags with the salt that is used: as if everybody knew it.
	const crumbs = [
		'-',
		'c',
		'v',
		'-cv',
		salt,
		salt.slice(0, 4),
		salt.slice(4),
		'00-',
		'01',
		'0',
		`-cv${salt}00-`,
		'$&',
		'$1',
		' ',
	];
	const scalar = fc.oneof(
		fc.array(fc.constantFrom(...crumbs), { maxLength: 4 }).map((parts) => parts.join('')),
		fc.string({ maxLength: 6, unit: 'binary' }),
		fc.constantFrom(undefined, null, '', 0, true, 12.5),
	);
	const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
		fc.record(model, { noNullPrototype: true });
	const valuesOf: fc.Arbitrary<Values> = plain({
		contact: plain({
			first_name: scalar,
			last_name: scalar,
			company: scalar,
			magic_link: fc.constantFrom(
				'https://portal.example/l/a',
				'https://portal.example/l/b',
				'',
				'javascript:x',
			),
			website: fc.constantFrom('https://x.example/?a=1&b', 'no', undefined),
			vip: fc.boolean(),
			joined_at: fc.constantFrom('2026-03-04', undefined),
		}),
		portal: plain({ name: fc.constantFrom('Acme', 'A & B'), footer: fc.constant('<b>x</b>') }),
		item: plain({ rows: fc.array(plain({ name: scalar }), { maxLength: 3 }) }),
	});
	const recipient: fc.Arbitrary<PlanRecipient> = plain({
		values: valuesOf,
		locale: fc.constantFrom('en', 'de', 'xx-nonsense'),
		timeZone: fc.constantFrom('UTC', 'Asia/Tokyo'),
	});
	const path = fc.constantFrom(
		...['contact.first_name', 'contact.last_name', 'contact.company', 'portal.name'],
		...[
			'contact.first_name | upper',
			'contact.company | a friend',
			'contact.joined_at',
			'right_now.hour',
		],
	);
	const literal = fc.constantFrom(...crumbs.slice(0, -4), ' ', 'text ', `cv${salt}`);
	const body = fc.letrec<{ node: string; all: string }>((tie) => ({
		node: fc.oneof(
			{ depthSize: 'small', withCrossShrink: true },
			literal,
			path.map((name) => `<< ${name} >>`),
			fc
				.tuple(
					fc.constantFrom('if', 'unless'),
					fc.constantFrom('contact.vip', 'contact.company'),
					tie('all'),
					tie('all'),
				)
				.map(
					([block, test, then, otherwise]) =>
						`<< #${block} ${test} >>${then}<< else >>${otherwise}<< /${block} >>`,
				),
			tie('all').map((inner) => `<< #each item.rows >><< this.name >>${inner}<< /each >>`),
		),
		all: fc.array(tie('node'), { maxLength: 6 }).map((parts) => parts.join('')),
	})).all;
	const place = fc.constantFrom(
		...[
			'<< contact.first_name >>',
			'<a href="<< contact.magic_link >>">x</a>',
			'<a title="<< contact.company >>">x</a>',
		],
		...[
			'<a href="<< contact.website >>">x</a>',
			'<a href="https://x.example/?q=<< contact.last_name >>">x</a>',
			'<< portal.footer >>',
			'<!-- << contact.first_name >> -->',
		],
	);
	const texts = fc
		.tuple(fc.array(fc.oneof(body, place), { maxLength: 4 }), body, body)
		.map(([html, text, subject]) => textsOf(html.join(''), text, subject));

	it('comes to what render gives, for subject, HTML and text, in any order of substitution', () => {
		let shared = 0;
		fc.assert(
			fc.property(texts, fc.array(recipient, { maxLength: 5 }), (given, recipients) => {
				const made = plan(given, recipients, planOptions);
				expect(made.recipients).toHaveLength(recipients.length);
				for (const [n, one] of made.recipients.entries()) {
					const alone = () => rendered(given, recipients[n]!);
					if (one.kind === 'failed') {
						expect(alone).toThrow(TemplateError);
						expect(alone).toThrow(String((one.error as TemplateError).message));
						continue;
					}
					const expected = alone();
					if (one.kind !== 'shared') continue;
					shared++;
					for (const backwards of [false, true]) {
						expect({
							subject: substitute(one.subject, one, backwards),
							html: substitute(made.html, one, backwards),
							text: substitute(made.text, one, backwards),
							missing: one.missing,
						}).toEqual(expected);
					}
				}
			}),
			{ numRuns: 400 },
		);
		expect(shared).toBeGreaterThan(100);
	});

	it('R29 puts no value of one recipient into what another one gets', () => {
		const names = ['first_name', 'last_name', 'company'];
		const contactOf = (n: number) => ({
			...Object.fromEntries(names.map((name) => [name, `only${n}of-${name}`])),
			...{ magic_link: `https://portal.example/l/only${n}of-link`, vip: n % 2 === 0 },
		});
		fc.assert(
			fc.property(texts, fc.integer({ min: 2, max: 6 }), (given, count) => {
				const rows = (n: number) => [{ name: `only${n}of-row` }];
				const recipients = Array.from({ length: count }, (_, n) =>
					recipientOf(contactOf(n), { item: { rows: rows(n) } }),
				);
				const { html, text, recipients: planned } = plan(given, recipients, planOptions);
				expect(html + text).not.toContain('only');
				for (const [n, one] of planned.entries()) {
					const others = JSON.stringify(one).match(/only\dof/gi) ?? [];
					expect(others.every((found) => found.toLowerCase() === `only${n}of`)).toBe(true);
				}
			}),
			{ numRuns: 150 },
		);
	});
});
