import { openBrowser, signIn } from '../../../support/browser.ts';
import type { TestServer } from '../../../support/server.ts';
import { broken, newLink, type Check } from './people.ts';

/** What the portal of these checks allows besides its own paths. */
export const allowedDestinations = ['https://app.example.com/learn', 'https://docs.example.com'];

export const goodDestinations = [
	'/',
	'/courses',
	'/courses/a%20b?x=1&y=%2F#top',
	'/a//b',
	'https://app.example.com/learn',
	'https://app.example.com/learn/course?id=1',
	'https://docs.example.com/anything',
];

export const badDestinations = [
	'',
	'courses',
	'//evil.example',
	'///evil.example',
	'/\\evil.example',
	'\\\\evil.example',
	'https:evil.example',
	'https:/evil.example',
	'https:\\\\evil.example',
	'/%2f%2fevil.example',
	'/%2f/evil.example',
	'/%252f%252fevil.example',
	'/%5cevil.example',
	'/%255cevil.example',
	'/.//evil.example',
	'/..//evil.example',
	'/%2e%2e//evil.example',
	'/courses%00',
	'/courses%0d%0aSet-Cookie:x',
	'/\tevil.example',
	'/\n/evil.example',
	' //evil.example',
	'/a b',
	'/%zz',
	'javascript:alert(1)',
	'JaVaScRiPt:alert(1)',
	'data:text/html,x',
	'https://user@app.example.com/learn',
	'https://app.example.com@evil.example/learn',
	'https://app.example.com.evil.example/learn',
	'https://evil-app.example.com/learn',
	'https://app.example.com/learnmore',
	'https://app.example.com/',
	'https://app.example.com/learn/../admin',
	'https://app.example.com/learn/%2e%2e/admin',
	'https://app.example.com/learn/%2e%2e%2fadmin',
	'https://app.example.com/learn/%252e%252e%252fadmin',
	'https://аpp.example.com/learn',
	'http://app.example.com/learn',
	'https://app.example.com:444/learn',
	`/${'a'.repeat(3000)}`,
];

async function allow(server: TestServer, destinations: string[]): Promise<void> {
	await server.call('PATCH', `/v1/portals/${server.portal.id}`, { destinations });
}

/** R32: wherever a link is ordered, a destination that is not the portal's is refused and the others are taken. */
export const destinationsAreCheckedAtMint: Check = async (server) => {
	await allow(server, allowedDestinations);
	const { email } = await newLink(server);
	const found: [boolean, string][] = [];
	for (const path of ['/v1/magic-links', '/v1/login-emails?wait=20', '/v1/invitations?wait=20']) {
		for (const [destinations, isGood] of [
			[goodDestinations, true],
			[badDestinations, false],
		] as const) {
			const items = destinations.map((destination) => ({ contact: { email }, destination }));
			const { body } = await server.call('POST', path, { items });
			const taken = body.items.map(({ ok }: { ok: boolean }) => ok);
			destinations.forEach((destination, n) => {
				const words = isGood ? 'is refused by' : 'is taken by';
				found.push([taken[n] === isGood, `${destination} ${words} ${path.split('?')[0]!}`]);
			});
		}
	}
	return broken(...found);
};

/** R32: a destination is checked again when the link is redeemed. */
export const destinationsAreCheckedAtRedeem: Check = async (server) => {
	const destination = 'https://app.example.com/learn/course';
	const leadsTo = async (url: string) => (await signIn(openBrowser(), url)).headers.get('location');
	await allow(server, allowedDestinations);
	const [first, second] = [
		await newLink(server, { destination }),
		await newLink(server, { destination }),
	];
	const before = await leadsTo(first.url);
	await allow(server, []);
	const after = await leadsTo(second.url);
	return broken(
		[before === destination, 'a link does not lead to its destination'],
		[after === '/', 'a link leads to what the portal does not allow any more'],
	);
};
