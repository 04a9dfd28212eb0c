import { readOutboxMessage } from '../../server/mail/outbox.ts';
import type { TestServer } from './server.ts';

/** Waits until no e-mail is on its way any more. */
export async function settled({ services, portal }: TestServer): Promise<void> {
	const { store } = services;
	await services.signIns.settled();
	for (const send of await store.sends.listUnfinished(100)) {
		while ((await store.sends.get(portal.id, send.id))?.status !== 'finished') {
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
}

/** Waits until nothing is on its way any more, and answers what the outbox holds for an address, newest first. */
export async function mailsTo(
	server: TestServer,
	email: string,
): Promise<{ text: string; html: string; link: string; code: string }[]> {
	const { services, portal } = server;
	const { store } = services;
	await settled(server);
	const rows = await store.outbox.list(portal.id, { limit: 1000, after: null });
	const mails = [];
	for (const { id, to } of rows) {
		if (to !== email) continue;
		const message = await readOutboxMessage(services, portal.id, id);
		const { text = '', html = '' } = message ?? {};
		const link = /https?:\/\/\S+\/l\/[\w-]{66}/.exec(text)?.[0] ?? '';
		mails.push({ text, html, link, code: /code: (\d{6})$/m.exec(text)?.[1] ?? '' });
	}
	return mails;
}
