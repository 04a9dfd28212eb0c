import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { uuidV7 } from '../../../server/ids.ts';
import { makeLink } from '../store/fixtures.ts';
import { createWorld, inviteFor, itemFor, type World } from './world.ts';

const hour = 3_600_000;

describe('ordering a send', () => {
	let world: World;
	beforeEach(async () => {
		world = await createWorld();
	});
	afterEach(() => world.stop());

	const contactOf = async (email: string) => {
		const [contact] = await world.store.contacts.getManyByEmail(world.portal.id, [email]);
		return contact!;
	};
	const eventsOf = async (type: string) =>
		(
			await world.store.events.list(world.portal.id, { type }, { limit: 100, after: null })
		).reverse();
	const link = (text: string) => /https?:\/\/\S+\/l\/\S+/.exec(text)?.[0];

	it('R29 gives each contact a link of their own, only in their own e-mail', async () => {
		const emails = await world.people(12);
		const answer = await world.order({ items: emails.map((email) => itemFor(email)) });
		expect(answer.finished).toBe(false);
		expect(answer.report).toMatchObject({
			send: { kind: 'login_email', status: 'queued', transport: 'outbox', recipients: 12 },
			counts: { queued: 12 },
		});
		expect(answer.items[3]).toMatchObject({
			ok: true,
			contact: { email: 'p3@example.com' },
			delivery: { status: 'queued' },
		});
		expect(await world.runJobs()).toEqual([null]);
		const mails = await world.mails();
		expect([...mails.keys()].sort()).toEqual([...emails].sort());
		const links = [...mails.values()].map(({ html, text }) => {
			expect(html).toContain(`href="${link(text)!}"`);
			return link(text);
		});
		expect(new Set(links).size).toBe(12);
		const done = await world.sends.get(world.portal, answer.report!.send.id);
		expect(done).toMatchObject({ send: { status: 'finished' }, counts: { sent: 12, queued: 0 } });
		expect(done.send.finishedAt).toBe(world.clock.time);
	});

	it('invites: makes contacts, keeps what they have, and marks them invited at once', async () => {
		const [known] = await world.people(1, { company: 'Old' });
		const item = inviteFor(known!, {
			contact: { email: known!, set: { lastName: 'New' }, fields: { plan: 'gold' } },
		});
		const answer = await world.order({
			kind: 'invitation',
			items: [item, inviteFor('new@example.com')],
		});
		expect(answer.items).toMatchObject([{ delivery: { status: 'queued' } }, { ok: true }]);
		const invited = { invitedAt: world.clock.time, joinedAt: null };
		expect(await contactOf(known!)).toMatchObject({
			...invited,
			...{ firstName: 'P0', lastName: 'New', company: 'Old', fields: { plan: 'gold' } },
		});
		expect(await contactOf('new@example.com')).toMatchObject(invited);
		await world.runJobs();
		expect((await eventsOf('contact.invited')).map(({ contactId }) => contactId).sort()).toEqual(
			[(await contactOf(known!)).id, (await contactOf('new@example.com')).id].sort(),
		);
		const sent = await world.mails();
		expect(sent.get('new@example.com')!.text).toContain('/l/');
	});

	it('says who is skipped and why, and who is refused', async () => {
		const [plain, invited, joined, bounced, revoked] = await world.people(5);
		const { store, portal, clock } = world;
		const id = async (email: string) => (await contactOf(email)).id;
		await store.contacts.markInvited(
			portal.id,
			[await id(invited!), await id(joined!)],
			clock.now(),
		);
		await world.join(await contactOf(joined!));
		world.markBounced(bounced!);
		await store.contacts.revoke(portal.id, await id(revoked!), clock.now());
		const people = [plain, invited, joined, bounced, revoked, plain];
		const answer = await world.order({
			kind: 'invitation',
			items: [
				...people.map((email) => inviteFor(email!)),
				itemFor('x', { contact: { id: '01890000-0000-7000-8000-000000000000' } }),
				inviteFor('far@example.com', { destination: 'https://evil.example' }),
				{ code: 'email_invalid', title: 'The e-mail address is not one valid address.' },
			],
		});
		expect(answer.items).toMatchObject([
			{ ok: true, delivery: { status: 'queued' } },
			{ ok: true, contact: { email: invited }, skipped: 'already_invited' },
			{ ok: true, contact: { email: joined }, skipped: 'already_joined' },
			{ ok: true, skipped: 'bounced' },
			{ ok: false, contact: { email: revoked }, error: { code: 'contact_revoked' } },
			{ ok: true, contact: { email: plain }, skipped: 'duplicate' },
			{ ok: false, error: { code: 'contact_not_found' } },
			{ ok: false, error: { code: 'destination_not_allowed' } },
			{ ok: false, error: { code: 'email_invalid' } },
		]);
		expect(answer.report!.send.recipients).toBe(1);
		expect(await contactOf('far@example.com')).toBeUndefined();
		await world.runJobs();
		expect([...(await world.mails()).keys()]).toEqual([plain]);
	});

	it('invites again with resend, and gives access back with restoreAccess', async () => {
		const [invited, joined, revoked] = await world.people(3);
		const { store, portal, clock } = world;
		const ids = await Promise.all(
			[invited!, joined!, revoked!].map(async (e) => (await contactOf(e)).id),
		);
		await store.contacts.markInvited(portal.id, ids, clock.now());
		await world.join(await contactOf(joined!));
		await store.contacts.revoke(portal.id, ids[2]!, clock.now());
		const answer = await world.order({
			kind: 'invitation',
			resend: true,
			items: [
				inviteFor(invited!),
				inviteFor(joined!),
				inviteFor(revoked!, { restoreAccess: true }),
				inviteFor('other@example.com', { resend: false }),
			],
		});
		expect(answer.items).toMatchObject([
			{ delivery: { status: 'queued' } },
			{ skipped: 'already_joined' },
			{ delivery: { status: 'queued' } },
			{ delivery: { status: 'queued' } },
		]);
		expect((await contactOf(revoked!)).revokedAt).toBeNull();
		await world.runJobs();
		expect((await world.mails()).size).toBe(3);
	});

	it('makes no contact for a login e-mail or an e-mail', async () => {
		const items = [inviteFor('stranger@example.com')];
		const contents = [{ subject: 'x', html: '', text: 'x' }];
		for (const request of [{ items }, { items, kind: 'email' as const, contents }]) {
			const answer = await world.order(request);
			expect(answer).toMatchObject({ report: null, finished: true });
			expect(answer.items).toMatchObject([{ ok: false, error: { code: 'contact_not_found' } }]);
		}
		expect(await world.store.contacts.stats(world.portal.id)).toMatchObject({ contacts: 0 });
	});

	it('sends each item its own content and values, and mints only where a link is printed', async () => {
		const emails = await world.people(3);
		const contents = [
			{
				subject: 'Invoice << item.number >>',
				html: '',
				text: 'For << contact.name >>: << item.total >>',
			},
			{
				subject: 'News',
				html: '',
				text: '<< #if item.vip >><< contact.magic_link | to /vip >><< else >>no link<< /if >> << contact.company >>',
			},
		];
		await world.order({
			kind: 'email',
			contents,
			items: [
				itemFor(emails[0]!, { item: { number: 'A-1', total: 12 } }),
				itemFor(emails[1]!, { content: 1, item: { vip: true }, destination: '/elsewhere' }),
				itemFor(emails[2]!, { content: 1, item: { vip: false } }),
			],
		});
		await world.runJobs();
		const mails = await world.mails();
		expect(mails.get(emails[0]!)).toMatchObject({ subject: 'Invoice A-1', text: 'For P0: 12' });
		expect(link(mails.get(emails[1]!)!.text)).toBeDefined();
		expect(mails.get(emails[2]!)!.text).toBe('no link ');
		const [batch] = world.mailer.batches;
		const minted = batch!.recipients.map(({ values }) => values['contact'] as object);
		expect(minted[1]).toMatchObject({ magic_link: { '/vip': expect.stringContaining('/l/') } });
		expect(minted[0]).not.toHaveProperty('magic_link');
		expect(minted[2]).not.toHaveProperty('magic_link');
	});

	it('mints a link under the else of a loop for whatever has no items', async () => {
		const rows = [[], {}, '0', 5, true, null, ['a'], { a: 1 }];
		const emails = await world.people(rows.length);
		const text = '<< #each item.rows >>x<< else >><< contact.magic_link >><< /each >>';
		await world.order({
			kind: 'email',
			contents: [{ subject: 'x', html: '', text }],
			items: emails.map((email, n) => itemFor(email, { item: { rows: rows[n] } })),
		});
		await world.runJobs();
		const mails = await world.mails();
		const texts = emails.map((email) => mails.get(email)!.text);
		expect(texts.map((sent) => (link(sent) === undefined ? sent : 'a link'))).toEqual([
			...['a link', 'a link', 'a link', 'a link', 'a link', 'a link'],
			...['x', 'x'],
		]);
	});

	it('counts who lacked which value, and tells once that the send is finished', async () => {
		const emails = await world.people(3);
		const contents = [
			{ subject: 'x', html: '', text: '<< contact.company >> << contact.phone >>' },
		];
		const { report } = await world.order({
			kind: 'email',
			contents,
			items: emails.map((email) => itemFor(email)),
		});
		await world.runJobs();
		const { send } = await world.sends.get(world.portal, report!.send.id);
		expect(send.missing).toEqual({ 'contact.company': 3, 'contact.phone': 3 });
		await world.sends.runChunk({ portalId: world.portal.id, sendId: send.id, from: 0, to: 1000 });
		const events = await eventsOf('send.finished');
		expect(events).toMatchObject([
			{ sendId: send.id, actor: 'api_key:test', data: { recipients: 3, sent: 3, failed: 0 } },
		]);
	});

	it('refuses a request whose text or section is wrong, and sends nothing', async () => {
		const [email] = await world.people(1);
		const items = [itemFor(email!)];
		const contents = [{ subject: 'x', html: '', text: '<< contact.frist_name >>' }];
		await expect(world.order({ kind: 'email', contents, items })).rejects.toMatchObject({
			code: 'template_invalid',
			extra: { findings: [{ content: 0, part: 'text', line: 1 }] },
		});
		await expect(world.order({ items, destination: '//evil.example' })).rejects.toMatchObject({
			code: 'destination_not_allowed',
		});
		expect(world.jobs.added).toEqual([]);
	});

	it('cuts a large send into chunks of 1,000 and keeps small ones apart', async () => {
		const emails = await world.people(2005);
		await world.order({ items: emails.map((email) => itemFor(email)) });
		expect(world.jobs.added.map(({ chunk: { from, to }, size }) => [from, to, size])).toEqual([
			[0, 1000, 'bulk'],
			[1000, 2000, 'bulk'],
			[2000, 3000, 'bulk'],
		]);
		await world.order({ items: [itemFor(emails[0]!)] });
		expect(world.jobs.added.at(-1)).toMatchObject({ size: 'single' });
		await world.runJobs();
		expect(world.mailer.batches.map(({ recipients }) => recipients.length)).toEqual([
			1000, 1000, 5, 1,
		]);
		const page = { limit: 3000, after: null };
		const kept = await world.store.outbox.list(world.portal.id, page);
		expect(new Set(kept.map(({ to }) => to)).size).toBe(2005);
	});

	it('holds the answer until the send is finished, here or in another process, or the time is over', async () => {
		const [email] = await world.people(1);
		const addChunks = world.jobs.addChunks.bind(world.jobs);
		const orderAnd = (waitMs: number, then: () => void) => {
			world.jobs.addChunks = async (...args) => {
				await addChunks(...args);
				setImmediate(then);
			};
			return world.order({ items: [itemFor(email!)] }, { waitMs });
		};
		const here = await orderAnd(30_000, () => void world.runJobs());
		expect(here).toMatchObject({ finished: true, report: { send: { status: 'finished' } } });
		expect(here.items).toMatchObject([{ delivery: { status: 'sent' } }]);

		const there = await orderAnd(30_000, () => {
			for (const chunk of world.jobs.take(world.clock.now())) void world.elsewhere.runChunk(chunk);
		});
		expect(there).toMatchObject({ finished: true, report: { counts: { sent: 1 } } });

		const late = await orderAnd(1000, () => {
			world.clock.advance(1000);
		});
		expect(late).toMatchObject({ finished: false, report: { send: { status: 'queued' } } });

		const stopped = await orderAnd(30_000, () => {
			world.sends.close();
		});
		expect(stopped).toMatchObject({ finished: false });
	});

	it('sweeps: makes the jobs that a crash kept from being made, and no second ones', async () => {
		const emails = await world.people(3);
		const { report } = await world.order({ items: emails.map((email) => itemFor(email)) });
		world.jobs.lose();
		await world.sends.sweep();
		expect(await world.runJobs()).toEqual([]);
		world.clock.advance(60_000);
		await world.sends.sweep();
		await world.sends.sweep();
		expect(await world.runJobs()).toEqual([null]);
		expect(await world.sends.get(world.portal, report!.send.id)).toMatchObject({
			counts: { sent: 3 },
		});
		expect((await world.mails()).size).toBe(3);
		world.clock.advance(8 * 24 * hour);
		await world.sends.sweep();
		expect((await world.mails()).size).toBe(0);
	});

	it('sweeps: deletes links that are long forgotten', async () => {
		const { clock, store, portal } = world;
		const madeAt = clock.now() - 457 * 24 * hour;
		const contact = { id: uuidV7(madeAt), portalId: portal.id, email: 'old@example.com' };
		const link = makeLink(contact, { id: uuidV7(madeAt), expiresAt: madeAt + hour });
		await store.magicLinks.insertMany([link]);
		await world.sends.sweep();
		expect(await store.magicLinks.get(link.id)).toBeNull();
	});

	it('knows only the sends of its own portal', async () => {
		const unknown = '01890000-0000-7000-8000-000000000000';
		await expect(world.sends.get(world.portal, unknown)).rejects.toMatchObject({
			code: 'send_not_found',
		});
		const [email] = await world.people(1);
		const { report } = await world.order({ items: [itemFor(email!)] });
		const other = { ...world.portal, id: unknown };
		const page = { limit: 10, after: null };
		await expect(
			world.sends.listDeliveries(other, report!.send.id, {}, page),
		).rejects.toMatchObject({ code: 'send_not_found' });
		expect(await world.sends.listDeliveries(world.portal, report!.send.id, {}, page)).toMatchObject(
			[{ index: 0, email, status: 'queued', attempts: 0 }],
		);
	});
});
