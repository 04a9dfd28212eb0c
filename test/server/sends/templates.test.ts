import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { TemplateKind } from '../../../server/store/store.ts';
import { createWorld, itemFor, type World } from './world.ts';

describe('sends of templates', () => {
	let world: World;
	let emails: string[];
	beforeEach(async () => {
		world = await createWorld();
		emails = await world.people(2);
	});
	afterEach(() => world.stop());

	const body = (words: string) => ({ subject: 'Hi', html: `<p>${words}</p>`, text: words });
	const everybody = () => emails.map((email) => itemFor(email));
	const make = async (name: string, words: string, kind: TemplateKind = 'email') => {
		const draft = body(words);
		return (await world.templates.create(world.portal, 'test', { name, kind, draft })).template;
	};
	const publish = (id: string) =>
		world.templates.publish(world.portal, 'test', { id, version: null });
	const textsSent = async () => [...(await world.mails()).values()].map(({ text }) => text);

	it('carry what was published when they were ordered', async () => {
		const { id } = await make('News', 'old << contact.first_name >>');
		await publish(id);
		await world.order({ kind: 'email', contents: [{ template: 'News' }], items: everybody() });
		await world.templates.change(world.portal, 'test', { id, version: 1 }, { draft: body('new') });
		await publish(id);
		await world.templates.delete(world.portal, 'test', id);
		await world.runJobs();
		expect((await textsSent()).sort()).toEqual(['old P0', 'old P1']);
	});

	it('may mix templates, by id or name, and texts', async () => {
		const { id } = await make('News', 'kept');
		await publish(id);
		const [first, second] = everybody();
		await world.order({
			kind: 'email',
			contents: [{ template: id }, body('given')],
			items: [first!, { ...second!, content: 1 }],
		});
		await world.runJobs();
		expect((await textsSent()).sort()).toEqual(['given', 'kept']);
	});

	it('are refused before anything leaves when it is a draft, of another kind, or not there', async () => {
		await make('News', 'x');
		await make('Welcome', '<< contact.magic_link >>', 'login_email');
		const order = (template: string) =>
			world.order({ kind: 'email', contents: [{ template }], items: everybody() });
		await expect(order('News')).rejects.toMatchObject({ code: 'template_not_published' });
		await expect(order('Welcome')).rejects.toMatchObject({
			code: 'invalid_request',
			detail: '“Welcome” is a template of kind login_email; this request takes kind email.',
		});
		await expect(order('Nothing')).rejects.toMatchObject({ code: 'template_not_found' });
		expect(world.jobs.added).toEqual([]);
	});

	it('R47 are the same request under one key, whatever was published since', async () => {
		const { id } = await make('News', 'old');
		await publish(id);
		const request = {
			kind: 'email' as const,
			contents: [{ template: 'News' }],
			items: emails.map((email) => itemFor(email, { idempotencyKey: `key ${email}` })),
		};
		const keyed = { idempotencyKey: 'order-1', fingerprint: 'body-1' };
		const first = await world.order(request, keyed);
		await world.templates.change(world.portal, 'test', { id, version: 1 }, { draft: body('new') });
		await publish(id);
		const again = await world.order(request, keyed);
		expect(again.report!.send.id).toBe(first.report!.send.id);
		// Without the key of the request, those of its items say the same.
		const items = await world.order(request);
		expect(items.report).toBeNull();
		expect(items.items).toMatchObject(
			emails.map(() => ({ ok: true, sendId: first.report!.send.id })),
		);
		await world.runJobs();
		expect(await textsSent()).toEqual(['old', 'old']);
	});
});
