import type { Browser, Page } from '../../../support/browser.ts';
import type { TestServer } from '../../../support/server.ts';

const hour = 3_600_000;

/**
 * Tries one guarantee on a running server and answers what does not hold, a sentence each. So the same check shows that the server
 * keeps the guarantee, and that a server that does not is found out.
 */
export type Check = (server: TestServer) => Promise<string[]>;

/** The sentences of what does not hold. */
export function broken(...outcomes: readonly [holds: boolean, sentence: string][]): string[] {
	return outcomes.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}

let people = 0;

/** An address that no other test uses. */
export function newEmail(): string {
	people += 1;
	return `person${String(people)}.${String(process.hrtime.bigint())}@example.com`;
}

/** A contact with a link of theirs. */
export async function newLink(server: TestServer, asked: Record<string, unknown> = {}) {
	const email = newEmail();
	const contact = await server.call('POST', '/v1/contacts', { email, firstName: 'Ada' });
	const asking = { contact: { email }, ...asked };
	const { status, body } = await server.call('POST', '/v1/magic-links', asking);
	if (status !== 201) throw new Error(`no link was made: ${JSON.stringify(body)}`);
	const url = String(body.url);
	return {
		id: String(body.id),
		url,
		email,
		contactId: String(contact.body.id),
		token: url.slice(-66),
	};
}

/** A contact who was invited long ago, so that limits and newer e-mails are not about that. */
export async function invite(server: TestServer): Promise<{ id: string; email: string }> {
	const email = newEmail();
	const body = { items: [{ contact: { email, firstName: 'Ada' } }] };
	const answer = await server.call('POST', '/v1/invitations?wait=20', body);
	server.clock.advance(hour);
	return { id: String(answer.body.items[0].contact.id), email };
}

/** Asks on the sign-in page for an e-mail with link and code. */
export async function askForMail(
	{ url }: TestServer,
	browser: Browser,
	email: string,
	headers: Record<string, string> = {},
): Promise<Page> {
	const { fields } = await browser.get(`${url}/sign-in`);
	return browser.post(`${url}/sign-in`, { ...fields, email }, headers);
}
