import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { readOutboxMessage } from '../../../server/mail/outbox.ts';
import { createWaitingRoom } from '../../../server/services/send-waiting.ts';
import { markAccessEnded } from '../../support/contact-times.ts';
import { breakDeletes, breakEvents } from '../../support/broken-database.ts';
import { isSignedIn, openBrowser, signIn, type Browser } from '../../support/browser.ts';
import { databasesFor } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const databases = await databasesFor('redemption: the end of access');
const day = 24 * 60 * 60_000;

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

	/** Resolves when nothing is on its way any more. */
	async function settled(): Promise<void> {
		const { store, clock } = server.services;
		for (const { portalId, id } of await store.sends.listUnfinished(100)) {
			await createWaitingRoom({ store, clock }).untilFinished(portalId, id, Infinity);
		}
	}

	/** Waits until nothing is on its way any more, and answers what the outbox holds for an address. */
	async function outboxOf(email: string) {
		await settled();
		const { store } = server.services;
		const rows = await store.outbox.list(server.portal.id, { limit: 100, after: null });
		return rows.filter((row) => row.to === email);
	}

	/** How many e-mails the outbox holds. */
	async function sentCount(): Promise<number> {
		await settled();
		const { store } = server.services;
		return (await store.outbox.list(server.portal.id, { limit: 1000, after: null })).length;
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

	/** What the job does that every change of an address leaves. */
	const runJob = (contactId: string) =>
		server.services.contactChanges.completeAddressChanges({
			portalId: server.portal.id,
			contactId,
		});
	const jobsOf = async (contactId: string) => {
		const { repository } = await server.services.store.jobBackend();
		await repository.connect();
		return (await repository.queryJobs({ name: 'address change', data: { contactId } })).jobs;
	};
	const cutNoticeShort = () =>
		jest
			.spyOn(server.services.store.idempotencyKeys, 'get')
			.mockRejectedValueOnce(new Error('cut short'));

	/** Adds a job that is due, and resolves when it has done its work. */
	async function jobHasRun(who: { portalId: string; contactId: string }): Promise<void> {
		const { contactChanges, jobs } = server.services;
		const real = contactChanges.completeAddressChanges;
		const { promise, resolve } = Promise.withResolvers<Promise<void>>();
		const run = jest.spyOn(contactChanges, 'completeAddressChanges');
		run.mockImplementation((changed) => {
			const work = real(changed);
			resolve(work);
			return work;
		});
		await jobs.addAddressChange(who, 0);
		await promise;
		run.mockRestore();
	}

	it('R46 a change that is refused leaves no job', async () => {
		await person('taken@example.com');
		const { id } = await person('wants@example.com');
		const patch = (email: string) => server.call('PATCH', `/v1/contacts/${id}`, { email });
		expect((await patch('free@example.com')).status).toBe(200);
		expect(await jobsOf(id)).toHaveLength(1);
		for (let n = 0; n < 2; n += 1) {
			expect((await patch('taken@example.com')).body.code).toBe('email_taken');
		}
		expect(await jobsOf(id)).toHaveLength(1);
	});

	it('R46 notices that were cut short are made up for by a job, once each', async () => {
		const names = ['cut1', 'cut2', 'cut3'].map((name) => `${name}@example.com`);
		const { id } = await person(names[0]!);
		const added = jest.spyOn(server.services.jobs, 'addAddressChange');
		for (const email of names.slice(1)) {
			cutNoticeShort();
			expect((await server.call('PATCH', `/v1/contacts/${id}`, { email })).status).toBe(500);
		}
		expect(added.mock.calls.map(([who]) => who)).toEqual([
			{ portalId: server.portal.id, contactId: id },
			{ portalId: server.portal.id, contactId: id },
		]);
		added.mockRestore();
		for (const email of names) expect(await outboxOf(email)).toEqual([]);
		await jobHasRun({ portalId: server.portal.id, contactId: id });
		await runJob(id);
		for (const [n, email] of names.entries()) {
			expect([email, (await outboxOf(email)).length]).toEqual([email, n === 2 ? 0 : 1]);
		}
		expect(await changesOf(id)).toHaveLength(2);
	});

	it('R46 without the job that looks after its notice no address is changed', async () => {
		const { id } = await person('stays@example.com');
		const added = jest.spyOn(server.services.jobs, 'addAddressChange');
		added.mockRejectedValueOnce(new Error('no room'));
		const patch = (email: string) => server.call('PATCH', `/v1/contacts/${id}`, { email });
		expect((await patch('goes@example.com')).status).toBe(500);
		expect((await server.call('GET', `/v1/contacts/${id}`)).body.email).toBe('stays@example.com');
		// Where nothing changes there is nothing to look after.
		expect((await patch('stays@example.com')).status).toBe(200);
		expect(added).toHaveBeenCalledTimes(1);
		added.mockRestore();
	});

	it('R46 a notice is made up for as long as its key is surely known, and no longer', async () => {
		const [inTime, late] = [await person('intime@example.com'), await person('late@example.com')];
		for (const { id } of [inTime, late]) {
			cutNoticeShort();
			await server.call('PATCH', `/v1/contacts/${id}`, { email: `new-${id}@example.com` });
		}
		server.clock.advance(6 * day - 1);
		await runJob(inTime.id);
		expect(await outboxOf('intime@example.com')).toHaveLength(1);
		server.clock.advance(1);
		await runJob(late.id);
		expect(await outboxOf('late@example.com')).toEqual([]);
	});

	it('R46 a change whose notice was cut short is audited, and told when asked for again', async () => {
		const { id } = await person('cut@example.com');
		cutNoticeShort();
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
		// Where both are one write, neither was made.
		const { email } = (await server.call('GET', `/v1/contacts/${id}`)).body;
		expect(email).toBe(database.name === 'SQLite' ? 'lost@example.com' : 'found@example.com');
		expect((await patch()).status).toBe(200);
		expect(await changesOf(id)).toEqual([{ from: 'lost@example.com', to: 'found@example.com' }]);
		expect(await outboxOf('lost@example.com')).toHaveLength(1);
	});

	/**
	 * Changes the address and lets the process die as soon as that is written: where change and audit are one write, right after it,
	 * else between the two.
	 */
	async function changeAndDie(id: string, email: string): Promise<void> {
		const isOneWrite = database.name === 'SQLite';
		const mend = isOneWrite ? null : breakEvents(server.services.config.databaseUrl);
		if (isOneWrite) cutNoticeShort();
		try {
			expect((await server.call('PATCH', `/v1/contacts/${id}`, { email })).status).toBe(500);
		} finally {
			mend?.();
		}
		expect((await server.call('GET', `/v1/contacts/${id}`)).body.email).toBe(email);
		expect(await changesOf(id)).toHaveLength(isOneWrite ? 1 : 0);
	}

	it('R46 a change whose process dies is audited and told by a job', async () => {
		const { id } = await person('dies@example.com');
		await changeAndDie(id, 'lives@example.com');
		expect(await outboxOf('dies@example.com')).toEqual([]);
		await runJob(id);
		expect(await changesOf(id)).toEqual([{ from: 'dies@example.com', to: 'lives@example.com' }]);
		expect(await outboxOf('dies@example.com')).toHaveLength(1);
	});

	it('R46 deleting a contact loses no change whose process died', async () => {
		const { id } = await person('unfinished@example.com');
		await changeAndDie(id, 'finished@example.com');
		expect((await server.call('DELETE', `/v1/contacts/${id}`)).status).toBe(204);
		expect(await changesOf(id)).toEqual([{}]);
		await runJob(id);
		expect(await outboxOf('unfinished@example.com')).toEqual([]);
	});

	it('R46 of a contact that was deleted in part no notice is sent to nowhere', async () => {
		const { id } = await person('half@example.com');
		await changeAndDie(id, 'gone@example.com');
		const { databaseUrl } = server.services.config;
		const mend = breakDeletes(databaseUrl);
		try {
			expect((await server.call('DELETE', `/v1/contacts/${id}`)).status).toBe(500);
		} finally {
			mend();
		}
		// Where a deletion is one write, nothing of it was made.
		const isWhole = database.name === 'SQLite';
		expect(await changesOf(id)).toEqual([
			isWhole ? { from: 'half@example.com', to: 'gone@example.com' } : {},
		]);
		const before = await sentCount();
		await runJob(id);
		expect(await outboxOf('half@example.com')).toHaveLength(isWhole ? 1 : 0);
		expect((await sentCount()) - before).toBe(isWhole ? 1 : 0);
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
