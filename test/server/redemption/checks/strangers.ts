import { openBrowser, signIn } from '../../../support/browser.ts';
import { mailsTo } from '../../../support/mails.ts';
import type { TestServer } from '../../../support/server.ts';
import { askForMail, broken, invite, type Check } from './people.ts';

const minute = 60_000;

/** A browser in a network of its own, with which a stranger asks for a link to an address. */
async function strangerAsks(server: TestServer, email: string, n: number) {
	const browser = openBrowser();
	const network = { 'x-forwarded-for': `192.0.2.${String(n)}` };
	const page = await askForMail(server, browser, email, network);
	// What is asked for next comes after this one's e-mail.
	await mailsTo(server, email);
	return { browser, page };
}

/** An owner of an address with a link that was just mailed. */
async function owner(server: TestServer) {
	const { email } = await invite(server);
	const browser = openBrowser();
	await askForMail(server, browser, email);
	const [mail] = await mailsTo(server, email);
	return { email, browser, link: mail!.link };
}

const getsIn = async (link: string): Promise<boolean> => {
	const browser = openBrowser();
	await signIn(browser, link);
	return browser.cookies.has('session');
};

/** R38: a stranger who asks for links to an address, again and again, keeps its owner neither from an old link nor from a new one. */
export const askingLocksNobodyOut: Check = async (server) => {
	const ada = await owner(server);
	for (let n = 1; n <= 20; n += 1) {
		server.clock.advance(minute);
		await strangerAsks(server, ada.email, n);
	}
	const mails = await mailsTo(server, ada.email);
	const fresh = await getsIn(ada.link);
	const bea = await owner(server);
	server.clock.advance(minute);
	await strangerAsks(server, bea.email, 30);
	const newest = (await mailsTo(server, bea.email))[0]!;
	return broken(
		[mails.length > 2, 'an owner is mailed nothing any more because a stranger asked'],
		[fresh, 'an owner’s link dies because a stranger asks for others'],
		[
			newest.link !== bea.link && (await getsIn(newest.link)),
			'what a stranger asked for does not sign the owner in',
		],
	);
};

/** R38: a stranger who guesses codes keeps the owner from no link. */
export const guessingLocksNobodyOut: Check = async (server) => {
	const { email, link } = await owner(server);
	for (let n = 1; n <= 5; n += 1) {
		server.clock.advance(minute);
		const { browser, page } = await strangerAsks(server, email, n);
		for (let guess = 0; guess < 6; guess += 1) {
			const code = String(guess).padStart(6, '0');
			await browser.post(`${server.url}/code`, { ...page.fields, code });
		}
	}
	return broken([await getsIn(link), 'an owner’s link dies because a stranger guesses codes']);
};
