import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { catalogueValues } from '../../../server/services/catalogue.ts';
import { createWorld, itemFor, type World } from './world.ts';

describe('the catalogue', () => {
	let world: World;
	beforeEach(async () => {
		world = await createWorld();
	});
	afterEach(() => world.stop());

	it('promises no value that a contact with everything lacks, and describes each', async () => {
		const { store, clock, contacts } = world;
		await store.portals.setCustomValue(world.portal.id, 'hours', '9 to 5', clock.now());
		const set = {
			supportEmail: 'help@example.com',
			brand: { logoUrl: 'https://x.example/l.png', color: '#123456' },
		};
		const portal = (await store.portals.update(world.portal.id, set, clock.now()))!;
		const email = 'ada@example.com';
		const names = { firstName: 'Ada', lastName: 'Lovelace', phone: '+44 1', company: 'Engines' };
		const everything = { ...names, locale: 'en-GB', timeZone: 'Europe/London' };
		const [made] = await contacts.upsertMany(
			portal,
			[{ email, set: everything, fields: { plan: 'gold' } }],
			'test',
		);
		await store.contacts.markInvited(portal.id, [made!.contact.id], clock.now());
		await world.join(made!.contact);

		const values = catalogueValues(portal);
		for (const value of values) expect(value.description).toMatch(/^\p{Lu}.*[^.]$/u);
		const paths = values.map(({ path }) =>
			path.replace('fields.*', 'fields.plan').replace('item.*', 'item.order.number'),
		);
		expect(paths).toContain('custom_values.hours');
		expect(paths).toContain('right_now.year');
		const text = paths.map((path) => `${path} = << ${path} >>`).join('\n');
		const { report } = await world.order(
			{
				kind: 'email',
				contents: [{ subject: 'x', html: '', text }],
				items: [itemFor(email, { item: { order: { number: 'A-1' } } })],
			},
			{ portal },
		);
		await world.runJobs();
		expect(await world.sends.get(portal, report!.send.id)).toMatchObject({
			send: { missing: {} },
			counts: { sent: 1 },
		});
		const lines = (await world.mails()).get(email)!.text.trim().split('\n');
		expect(lines).toHaveLength(paths.length);
		for (const line of lines) expect(line).toMatch(/^[\w.]+ = \S/);
	});
});
