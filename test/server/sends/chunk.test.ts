import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { Outcome } from '../../../server/mail/mailer.ts';
import { PortalError } from '../../../server/errors.ts';
import { builtInTemplate } from '../../../server/mail/templates/index.ts';
import { createWorld, inviteFor, itemFor, type World } from './world.ts';

const hour = 3_600_000;

function deferred(set: Partial<Extract<Outcome, { status: 'deferred' }>> = {}): Outcome {
	const detail = 'The provider answered 503.';
	return {
		...{ status: 'deferred', code: 'mail_unavailable', detail, retryAfterMs: null, counts: true },
		...set,
	};
}

describe('a chunk of a send', () => {
	let world: World;
	beforeEach(async () => {
		world = await createWorld({ MAIL_ATTEMPTS: '3' });
	});
	afterEach(() => world.stop());

	/** Orders login e-mails to so many people; answers how the deliveries are. */
	const orderFor = async (people: number) => {
		const emails = await world.people(people);
		const { report } = await world.order({ items: emails.map((email) => itemFor(email)) });
		const sendId = report!.send.id;
		const page = { limit: 2000, after: null };
		const deliveries = () => world.sends.listDeliveries(world.portal, sendId, {}, page);
		const runAgain = () =>
			world.sends.runChunk({ portalId: world.portal.id, sendId, from: 0, to: 1000 });
		return { emails, sendId, deliveries, runAgain };
	};
	const hitsMail = (n: number, outcome: Outcome) => {
		world.mailer.trouble = ({ email }) => (email === `p${String(n)}@example.com` ? outcome : null);
	};

	it.each([
		['built-in', 'de-AT', 'de-AT'],
		['built-in', 'en-US', 'en-US'],
		// Nothing is built in in Dutch: the e-mail and its dates are in the portal's language.
		['built-in', 'nl-BE', 'en'],
		['own', 'nl-BE', 'nl-BE'],
		// Who takes a built-in text for one of their own may have changed it to any language.
		['copied', 'nl-BE', 'nl-BE'],
	] as const)(
		'writes the dates of its %s text for a reader of %s as %s',
		async (whose, locale, used) => {
			const [email = ''] = await world.people(1, { locale });
			const contents = {
				'built-in': [],
				own: [{ subject: 'Hallo', html: '', text: '<< contact.magic_link >>' }],
				copied: [builtInTemplate('login_email', 'de')],
			}[whose];
			await world.order({ items: [itemFor(email)], contents });
			await world.runJobs();
			expect(world.mailer.batches[0]?.recipients[0]?.locale).toBe(used);
		},
	);

	it('remembers in which language a built-in text is, whatever the text says by then', async () => {
		const [email = ''] = await world.people(1, { locale: 'de-AT' });
		const { report } = await world.order({ items: [itemFor(email)] });
		const { send } = report!;
		expect(send.contents).toEqual([{ ...builtInTemplate('login_email', 'de'), locale: 'de' }]);
		const contents = send.contents.map((content) => ({ ...content, subject: 'As it used to be' }));
		jest.spyOn(world.store.sends, 'get').mockResolvedValueOnce({ ...send, contents });
		await world.runJobs();
		expect(world.mailer.batches[0]?.recipients[0]?.locale).toBe('de-AT');
	});

	it('tries a deferred e-mail again later, further and further apart, and then gives it up', async () => {
		const { deliveries, sendId } = await orderFor(2);
		hitsMail(1, deferred());
		const start = world.clock.time;
		expect(await world.runJobs()).toEqual([start + 5_000]);
		expect(await deliveries()).toMatchObject([
			{ status: 'sent', attempts: 1 },
			{
				status: 'queued',
				attempts: 1,
				notBefore: start + 5_000,
				error: { code: 'mail_unavailable' },
			},
		]);
		expect(await world.runJobs()).toEqual([]);
		world.clock.advance(5_000);
		expect(await world.runJobs()).toEqual([start + 25_000]);
		world.clock.advance(20_000);
		expect(await world.runJobs()).toEqual([null]);
		expect((await deliveries())[1]).toMatchObject({
			...{ status: 'failed', attempts: 3, repeated: false },
			error: { code: 'mail_unavailable', detail: expect.stringContaining('503') },
		});
		expect(await world.sends.get(world.portal, sendId)).toMatchObject({
			send: { status: 'finished' },
			counts: { sent: 1, failed: 1 },
		});
		expect(world.mailer.batches.map(({ recipients }) => recipients.length)).toEqual([2, 1, 1]);
	});

	it('waits as long as the provider asks, and sends the same link then', async () => {
		const { deliveries } = await orderFor(1);
		hitsMail(0, deferred({ retryAfterMs: 90_000 }));
		expect(await world.runJobs()).toEqual([world.clock.time + 90_000]);
		world.mailer.trouble = () => null;
		world.clock.advance(90_000);
		expect(await world.runJobs()).toEqual([null]);
		expect(await deliveries()).toMatchObject([{ status: 'sent', attempts: 2, error: null }]);
		const [first, second] = world.mailer.batches.map(({ recipients: [one] }) => one!.values);
		expect(first!['contact']).toEqual(second!['contact']);
	});

	it('does not give up for trouble that is not the e-mail’s own, until its link would be half as old as it gets', async () => {
		const { deliveries } = await orderFor(1);
		hitsMail(0, deferred({ counts: false }));
		const until = world.clock.time + 12 * hour;
		let runs = 0;
		for (let [at] = await world.runJobs(); typeof at === 'number'; [at] = await world.runJobs()) {
			expect(at).toBeLessThanOrEqual(until);
			expect(at).toBeGreaterThan(world.clock.time);
			expect(await deliveries()).toMatchObject([{ status: 'queued', attempts: 0 }]);
			world.clock.time = at;
			runs++;
		}
		expect(runs).toBeGreaterThan(40);
		expect(world.clock.time).toBeGreaterThan(until - 15 * 60_000);
		expect(await deliveries()).toMatchObject([{ status: 'failed' }]);
	});

	it('records what the provider refuses, and what has no value that it needs', async () => {
		const { deliveries } = await orderFor(2);
		const detail = 'The address does not exist.';
		hitsMail(0, { status: 'failed', code: 'mail_rejected', detail, missing: [] });
		await world.runJobs();
		expect(await deliveries()).toMatchObject([
			{ status: 'failed', error: { code: 'mail_rejected', detail } },
			{ status: 'sent', messageId: expect.any(String) },
		]);
	});

	it('R15 sends nothing to who was revoked, bounced, re-addressed meanwhile', async () => {
		const { deliveries, emails } = await orderFor(4);
		const { store, portal, clock } = world;
		const [gone, , moved] = await store.contacts.getManyByEmail(portal.id, emails);
		await store.contacts.revoke(portal.id, gone!.id, clock.now());
		world.markBounced(emails[1]!);
		await store.contacts.update(portal.id, moved!.id, { email: 'new@example.com' }, clock.now());
		await world.runJobs();
		expect((await deliveries()).map(({ status, skipped }) => skipped ?? status)).toEqual([
			'revoked',
			'bounced',
			'address_changed',
			'sent',
		]);
		expect([...(await world.mails()).keys()]).toEqual([emails[3]]);
	});

	it('fails what can no longer be rendered, with the reason', async () => {
		const { store, portal, clock } = world;
		await store.portals.setCustomValue(portal.id, 'hours', '9 to 5', clock.now());
		const [email] = await world.people(1);
		const contents = [{ subject: 'x', html: '', text: '<< custom_values.hours >>' }];
		const current = (await store.portals.get(portal.id))!;
		const { report } = await world.order(
			{ kind: 'email', contents, items: [itemFor(email!)] },
			{ portal: current },
		);
		await store.portals.deleteCustomValue(portal.id, 'hours', clock.now());
		expect(await world.runJobs()).toEqual([null]);
		const page = { limit: 1, after: null };
		expect(await world.sends.listDeliveries(portal, report!.send.id, {}, page)).toMatchObject([
			{ status: 'failed', error: { code: 'template_invalid' } },
		]);
	});

	it('does not count it as an e-mail or an attempt when the database goes away before anything left', async () => {
		const { deliveries, runAgain } = await orderFor(2);
		const away = jest
			.spyOn(world.store.magicLinks, 'insertMany')
			.mockRejectedValueOnce(new PortalError('database_unavailable'));
		await expect(runAgain()).rejects.toMatchObject({ code: 'database_unavailable' });
		away.mockRestore();
		expect(await deliveries()).toMatchObject([
			{ status: 'queued', attempts: 0, repeated: false },
			{ status: 'queued', attempts: 0, repeated: false },
		]);
		expect(world.mailer.batches).toEqual([]);
		await runAgain();
		expect(await deliveries()).toMatchObject([
			{ status: 'sent', attempts: 1, repeated: false },
			{ status: 'sent', attempts: 1, repeated: false },
		]);
	});

	it('does not repeat e-mails because the database was away for a moment after they left', async () => {
		const { deliveries, runAgain } = await orderFor(2);
		const away = jest
			.spyOn(world.store.deliveries, 'finish')
			.mockRejectedValueOnce(new PortalError('database_unavailable'))
			.mockRejectedValueOnce(new PortalError('disk_full'));
		await runAgain();
		expect(away).toHaveBeenCalledTimes(3);
		expect(await deliveries()).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
		expect(world.mailer.batches).toHaveLength(1);
	});

	it('does not send a chunk that it is sending, though its job is started again', async () => {
		const { deliveries, runAgain } = await orderFor(2);
		const [first, second] = await Promise.all([runAgain(), runAgain()]);
		expect(first).toEqual({ runAgainAt: null });
		expect(second).toEqual({ runAgainAt: world.clock.time + 60_000 });
		expect(world.mailer.batches).toHaveLength(1);
		expect(await deliveries()).toMatchObject([{ repeated: false }, { repeated: false }]);
		expect(await runAgain()).toEqual({ runAgainAt: null });
	});

	it('ends what fails again and again for an unknown reason', async () => {
		const { deliveries, runAgain } = await orderFor(1);
		const broken = jest
			.spyOn(world.store.magicLinks, 'insertMany')
			.mockRejectedValue(new Error('bug'));
		for (let run = 0; run < 3; run++) await expect(runAgain()).rejects.toThrow('bug');
		expect(await runAgain()).toEqual({ runAgainAt: null });
		broken.mockRestore();
		expect(await deliveries()).toMatchObject([
			{ status: 'failed', error: { code: 'internal_error' } },
		]);
	});

	it('records invitations again, once, when the process died before it could', async () => {
		const { store, portal } = world;
		const died = jest.spyOn(store.contacts, 'markInvited').mockRejectedValueOnce(new Error('died'));
		const { items } = await world.order({
			kind: 'invitation',
			items: [inviteFor('a@example.com'), inviteFor('b@example.com')],
		});
		expect(items).toMatchObject([{ delivery: { status: 'queued' } }, { delivery: {} }]);
		died.mockRestore();
		expect(await store.contacts.stats(portal.id)).toMatchObject({ contacts: 2, invited: 0 });
		world.clock.advance(60_000);
		await world.sends.sweep();
		await world.runJobs();
		expect(await store.contacts.stats(portal.id)).toMatchObject({ invited: 2, pending: 2 });
		const page = { limit: 10, after: null };
		expect(await store.events.list(portal.id, { type: 'contact.invited' }, page)).toHaveLength(2);
		expect((await world.mails()).size).toBe(2);
	});

	it('does not send a link to a section that was taken off the portal’s list', async () => {
		const { store, portal, clock } = world;
		const app = 'https://app.example.com/';
		const listed = (await store.portals.update(portal.id, { destinations: [app] }, clock.now()))!;
		const [email] = await world.people(1);
		const item = itemFor(email!, { destination: `${app}x` });
		const { report } = await world.order({ items: [item] }, { portal: listed });
		await store.portals.update(portal.id, { destinations: [] }, clock.now());
		await world.runJobs();
		const page = { limit: 1, after: null };
		expect(await world.sends.listDeliveries(portal, report!.send.id, {}, page)).toMatchObject([
			{ status: 'failed', error: { code: 'destination_not_allowed' } },
		]);
	});
});
