import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { Collection } from 'mongodb';

import { readOutboxMessage } from '../../../server/mail/outbox.ts';
import { markAccessEnded } from '../../support/contact-times.ts';
import { isSignedIn, openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: the end of access');

describe.each(databases)('on $name', (database) => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer({ database });
		await server.call('PATCH', `/v1/portals/${server.portal.id}`, {
			supportEmail: 'help@example.com',
		});
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	/** A contact with a live session and an unused link. */
	async function person(email: string) {
		const contact = (await server.call('POST', '/v1/contacts', { email, firstName: 'Ada' })).body;
		const link = async () =>
			(await server.call('POST', '/v1/magic-links', { contact: { email } })).body.url as string;
		const browser = openBrowser();
		await signIn(browser, await link());
		server.clock.advance(1000);
		const unused = await link();
		server.clock.advance(1000);
		return { id: contact.id as string, browser, unused };
	}

	const isIn = (browser: Browser) => isSignedIn(browser, server);

	async function signsIn(url: string): Promise<boolean> {
		const browser = openBrowser();
		await signIn(browser, url);
		return browser.cookies.has('session');
	}

	/** Waits until nothing is on its way any more, and answers what the outbox holds for an address. */
	async function outboxOf(email: string) {
		const { store } = server.services;
		while ((await store.sends.listUnfinished(1)).length > 0) {
			await new Promise((resolve) => setImmediate(resolve));
		}
		const rows = await store.outbox.list(server.portal.id, { limit: 100, after: null });
		return rows.filter((row) => row.to === email);
	}

	it('R20 R44 revoking ends links and sessions at once, and restoring brings none back', async () => {
		const email = 'revoked@example.com';
		const { id, browser, unused } = await person(email);
		expect(await isIn(browser)).toBe(true);
		await server.call('POST', `/v1/contacts/${id}/revoke`);
		expect([await isIn(browser), await signsIn(unused)]).toEqual([false, false]);
		server.clock.advance(1000);
		const items = [{ contact: { email } }];
		await server.call('POST', '/v1/invitations?wait=20', { items, restoreAccess: true });
		expect([await isIn(browser), await signsIn(unused)]).toEqual([false, false]);
		const [mail] = await outboxOf(email);
		const message = await readOutboxMessage(server.services, server.portal.id, mail?.id ?? '');
		const fresh = /https?:\/\/\S+\/l\/[\w-]{66}/.exec(message?.text ?? '')?.[0] ?? '';
		expect(await signsIn(fresh)).toBe(true);
	});

	it('R20 a session that nobody ended is dead when access has ended since', async () => {
		const { browser } = await person('left@example.com');
		expect(await isIn(browser)).toBe(true);
		await markAccessEnded(server, 'left@example.com');
		expect(await isIn(browser)).toBe(false);
	});

	it('R20 R44 a changed address ends links and sessions at once, for good', async () => {
		const { id, browser, unused } = await person('first@example.com');
		await server.call('PATCH', `/v1/contacts/${id}`, { email: 'second@example.com' });
		expect([await isIn(browser), await signsIn(unused)]).toEqual([false, false]);
		server.clock.advance(1000);
		await server.call('PATCH', `/v1/contacts/${id}`, { email: 'first@example.com' });
		expect([await isIn(browser), await signsIn(unused)]).toEqual([false, false]);
	});

	it('R46 a changed address is audited and told to the old address, without the new one', async () => {
		const { id } = await person('old@example.com');
		await server.call('PATCH', `/v1/contacts/${id}`, {
			firstName: 'Zoë',
			email: 'old@example.com',
		});
		expect(await outboxOf('old@example.com')).toEqual([]);
		await server.call('PATCH', `/v1/contacts/${id}`, { email: 'new@example.com' });
		const [notice, ...more] = await outboxOf('old@example.com');
		expect(more).toEqual([]);
		expect(await outboxOf('new@example.com')).toEqual([]);
		const message = await readOutboxMessage(server.services, server.portal.id, notice?.id ?? '');
		expect(message?.subject).toBe('Your e-mail address for Client Portal was changed');
		for (const part of [message?.html ?? '', message?.text ?? '']) {
			expect(part).toContain('Hi Zoë,');
			expect(part).toContain('help@example.com');
			expect(part).not.toContain('/l/');
			expect(part).not.toContain('new@example.com');
		}
		const events = await server.call(
			'GET',
			`/v1/events?contactId=${id}&type=contact.address_changed`,
		);
		expect(events.body.items).toMatchObject([
			{
				actor: expect.stringMatching(/^api_key:/),
				data: { from: 'old@example.com', to: 'new@example.com' },
			},
		]);
	});

	const changesOf = async (id: string) => {
		const path = `/v1/events?contactId=${id}&type=contact.address_changed`;
		const { body } = await server.call('GET', path);
		return body.items.map(({ data }: { data: unknown }) => data);
	};

	it('R46 of two changes at once each old address is told once', async () => {
		for (let round = 0; round < 5; round += 1) {
			const names = ['one', 'two', 'three'].map((name) => `${name}${String(round)}@example.com`);
			const { id } = await person(names[0]!);
			const patch = (email: string) => server.call('PATCH', `/v1/contacts/${id}`, { email });
			await Promise.all([patch(names[1]!), patch(names[2]!)]);
			const { email: last } = (await server.call('GET', `/v1/contacts/${id}`)).body;
			const middle = last === names[2] ? names[1] : names[2];
			expect(await changesOf(id)).toEqual([
				{ from: middle, to: last },
				{ from: names[0], to: middle },
			]);
			expect(await outboxOf(names[0]!)).toHaveLength(1);
			expect(await outboxOf(middle!)).toHaveLength(1);
			expect(await outboxOf(last)).toHaveLength(0);
		}
	});

	it('R46 a change whose notice was cut short is audited, and told when asked for again', async () => {
		const { id } = await person('cut@example.com');
		const get = jest.spyOn(server.services.store.idempotencyKeys, 'get');
		get.mockRejectedValueOnce(new Error('cut short'));
		const patch = () => server.call('PATCH', `/v1/contacts/${id}`, { email: 'whole@example.com' });
		expect((await patch()).status).toBe(500);
		expect(await changesOf(id)).toEqual([{ from: 'cut@example.com', to: 'whole@example.com' }]);
		expect(await outboxOf('cut@example.com')).toEqual([]);
		for (let n = 0; n < 2; n += 1) expect((await patch()).status).toBe(200);
		expect(await outboxOf('cut@example.com')).toHaveLength(1);
		expect(await changesOf(id)).toHaveLength(1);
	});

	it('R46 a change whose audit cannot be written is audited and told when asked for again', async () => {
		const { id } = await person('lost@example.com');
		const mend = breakEvents(server.services.config.databaseUrl);
		const patch = () => server.call('PATCH', `/v1/contacts/${id}`, { email: 'found@example.com' });
		try {
			expect((await patch()).status).toBe(500);
		} finally {
			mend();
		}
		expect(await changesOf(id)).toEqual([]);
		expect((await patch()).status).toBe(200);
		expect(await changesOf(id)).toEqual([{ from: 'lost@example.com', to: 'found@example.com' }]);
		expect(await outboxOf('lost@example.com')).toHaveLength(1);
	});

	it('R46 the old address is told although the contact is revoked', async () => {
		const { id } = await person('quiet@example.com');
		await server.call('POST', `/v1/contacts/${id}/revoke`);
		await server.call('PATCH', `/v1/contacts/${id}`, { email: 'loud@example.com' });
		expect(await outboxOf('quiet@example.com')).toHaveLength(1);
		const after = await server.call('GET', `/v1/contacts/${id}`);
		expect(after.body.state).toBe('revoked');
	});

	it('R20 R44 deleting a contact ends everything at once and leaves nothing that names them', async () => {
		const email = 'deleted@example.com';
		const { id, browser, unused } = await person(email);
		const mailed = await server.call('POST', '/v1/login-emails?wait=20', {
			items: [{ contact: { email } }],
		});
		expect(mailed.body).toMatchObject({ items: [{ ok: true }] });
		expect(await outboxOf(email)).toHaveLength(1);
		const before = (await server.call('GET', '/v1/stats')).body;

		expect((await server.call('DELETE', `/v1/contacts/${id}`)).status).toBe(204);
		expect([await isIn(browser), await signsIn(unused)]).toEqual([false, false]);
		for (const path of [`/v1/contacts/${id}`, `/v1/contacts/${id}/sessions`]) {
			expect((await server.call('GET', path)).body.code).toBe('contact_not_found');
		}
		expect((await server.call('DELETE', `/v1/contacts/${id}`)).body.code).toBe('contact_not_found');
		expect(await outboxOf(email)).toEqual([]);
		const stats = (await server.call('GET', '/v1/stats')).body;
		expect(stats).toMatchObject({ contacts: before.contacts - 1, joined: before.joined - 1 });
		const send = await server.call('GET', `/v1/sends/${mailed.body.send.id}`);
		expect(send.body).toMatchObject({ recipients: 1, sent: 1 });
		const events = await server.call('GET', `/v1/events?contactId=${id}`);
		expect(JSON.stringify(events.body)).not.toContain('deleted@');
		expect(events.body.items[0]).toMatchObject({ type: 'contact.deleted', data: {} });
		expect((await openBrowser().get(unused)).status).toBe(410);
	});
});

/** Makes the database refuse events until the answer is called. */
function breakEvents(databaseUrl: string): () => void {
	if (!databaseUrl.startsWith('sqlite:')) {
		const real = Collection.prototype.insertMany;
		const broken = jest.spyOn(Collection.prototype, 'insertMany');
		broken.mockImplementation(function (this: Collection, ...given) {
			if (this.collectionName === 'events') return Promise.reject(new Error('refused'));
			return real.apply(this, given);
		});
		return () => {
			broken.mockRestore();
		};
	}
	const run = (sql: string): void => {
		const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length));
		database.exec(sql);
		database.close();
	};
	run(`CREATE TRIGGER refused BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END`);
	return () => {
		run('DROP TRIGGER refused');
	};
}
