import { markBounced } from '../../../support/contact-times.ts';
import { openBrowser, type Page } from '../../../support/browser.ts';
import { mailsTo } from '../../../support/mails.ts';
import type { TestServer } from '../../../support/server.ts';
import { askForMail, broken, invite, newEmail, newLink, type Check } from './people.ts';

/** An answer without what belongs to one request alone: times, ids, and secrets, of which the length stays. */
function shapeOf({ status, text, fields, headers }: Page, email: string): string {
	const lines: string[] = [];
	headers.forEach((value, name) => {
		if (!['date', 'x-request-id', 'content-length'].includes(name)) lines.push(`${name}: ${value}`);
	});
	const body = Object.values(fields).reduce(
		(all, value) => (value === '' ? all : all.replaceAll(value, `(${String(value.length)})`)),
		text.replaceAll(email, '(address)'),
	);
	return [status, ...lines, body].join('\n');
}

/** An address of each kind. Only the first may be mailed. */
async function addresses(server: TestServer): Promise<Record<string, string>> {
	const known = await invite(server);
	const revoked = await invite(server);
	await server.call('POST', `/v1/contacts/${revoked.id}/revoke`);
	const bounced = await invite(server);
	await markBounced(server, bounced.email);
	const throttled = await invite(server);
	await askForMail(server, openBrowser(), throttled.email);
	return {
		...{ 'an invited': known.email, 'an unknown': newEmail(), 'a revoked': revoked.email },
		...{ 'a bounced': bounced.email, 'a throttled': throttled.email },
		'a never invited': (await newLink(server)).email,
	};
}

/** R39: whoever's address is typed, the sign-in page answers the same, and mails only who is invited or joined. */
export const signInTellsNothing: Check = async (server) => {
	const kinds = Object.entries(await addresses(server));
	const shapes = new Map<string, string>();
	const mailed: [boolean, string][] = [];
	for (const [kind, email] of kinds) {
		const before = (await mailsTo(server, email)).length;
		shapes.set(kind, shapeOf(await askForMail(server, openBrowser(), email), email));
		const mails = (await mailsTo(server, email)).length - before;
		const words = kind === 'an invited' ? 'is not mailed' : 'is mailed';
		mailed.push([mails === (kind === 'an invited' ? 1 : 0), `${kind} address ${words}`]);
	}
	const first = shapes.get('an invited');
	const answered = kinds.map(([kind]): [boolean, string] => [
		shapes.get(kind) === first,
		`${kind} address gets another answer than an invited one`,
	]);
	return broken(...answered, ...mailed);
};

/** R39: the answer does not wait for the e-mail, nor for looking up whose address it is. */
export const signInWaitsForNothing: Check = async (server) => {
	const { email } = await invite(server);
	const { contacts } = server.services.store;
	const getManyByEmail = contacts.getManyByEmail;
	let lookUp = (): void => undefined;
	const held = new Promise<void>((resolve) => (lookUp = resolve));
	contacts.getManyByEmail = async (...given) => {
		await held;
		return getManyByEmail.apply(contacts, given);
	};
	try {
		const browser = openBrowser();
		const answered = askForMail(server, browser, email).then(() => true);
		// Nothing but the answer can come first: the look-up is held until one has come, or 200 other requests were answered.
		const others = Array.from(
			{ length: 200 },
			() => () => openBrowser().get(`${server.url}/sign-in`),
		);
		const later = others.reduce(
			(all, next) => all.then(async () => void (await next())),
			Promise.resolve(),
		);
		const came = await Promise.race([answered, later.then(() => false)]);
		return broken([came, 'the answer waits until the address was looked up']);
	} finally {
		lookUp();
		contacts.getManyByEmail = getManyByEmail;
	}
};
