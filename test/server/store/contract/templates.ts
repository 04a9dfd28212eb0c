import { describe, expect, it } from '@jest/globals';

import type { Current } from '../contract.ts';
import { hardTexts, inParallel, makeTemplate, newId, NOW } from '../fixtures.ts';

export function templatesContract(current: Current): void {
	describe('TemplateStore', () => {
		const by = { now: NOW + 5, actor: 'admin:2' };

		it('gives back what was inserted, by id and by name', async () => {
			const { templates } = current().store;
			for (const name of hardTexts) {
				const text = { subject: name, html: name, text: name };
				const values = { draftValues: ['phone'], publishedValues: ['hours', 'phone'] };
				const template = makeTemplate({ name, draft: text, published: text, ...values });
				await templates.insert(template);
				expect(await templates.get(template.portalId, template.id)).toEqual(template);
				expect(await templates.getByName(template.portalId, name)).toEqual(template);
				expect(await templates.get(newId(), template.id)).toBeNull();
				expect(await templates.getByName(newId(), name)).toBeNull();
			}
		});

		it('lets one of 32 parallel callers have a name, and another portal the same', async () => {
			const { templates } = current().store;
			const { portalId, name } = makeTemplate();
			const inserted = await Promise.allSettled(
				Array.from({ length: 32 }, () => templates.insert(makeTemplate({ portalId, name }))),
			);
			const refused = inserted.filter(({ status }) => status === 'rejected');
			expect(refused).toHaveLength(31);
			for (const one of refused) {
				expect(one).toMatchObject({ reason: { code: 'template_name_taken' } });
			}
			await templates.insert(makeTemplate({ name }));
			const other = makeTemplate({ portalId });
			await templates.insert(other);
			const renamed = templates.update({ portalId, id: other.id, version: 1 }, { name }, by);
			await expect(renamed).rejects.toMatchObject({ code: 'template_name_taken' });
			expect(await templates.get(portalId, other.id)).toEqual(other);
		});

		it('lists newest first, page by page, without texts', async () => {
			const { templates } = current().store;
			const portalId = newId();
			const made = Array.from({ length: 5 }, () => makeTemplate({ portalId }));
			for (const template of made) await templates.insert(template);
			await templates.insert(makeTemplate());
			const first = await templates.list(portalId, { limit: 3, after: null });
			expect(first[0]).not.toHaveProperty('draft');
			expect(first[0]).not.toHaveProperty('published');
			expect({ draft: made[4]!.draft, published: null, ...first[0] }).toEqual(made[4]);
			const rest = await templates.list(portalId, { limit: 3, after: first[2]!.id });
			expect([...first, ...rest].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
		});

		it('changes the named members of the version it was told of, for one of 32 parallel callers', async () => {
			const { templates } = current().store;
			const template = makeTemplate();
			const { portalId, id } = template;
			await templates.insert(template);
			const texts = (n: number) => ({ subject: `${n}`, html: '', text: '' });
			const changed = await inParallel(32, (n) =>
				templates.update({ portalId, id, version: 1 }, { draft: texts(n), version: 2 }, by),
			);
			const [won, ...others] = changed.filter((answer) => answer !== null);
			expect(others).toEqual([]);
			expect(won).toEqual({
				...template,
				draft: won!.draft,
				version: 2,
				updatedAt: NOW + 5,
				updatedBy: 'admin:2',
			});
			expect(await templates.get(portalId, id)).toEqual(won);
			const published = { published: won!.draft, publishedAt: NOW + 6 };
			expect(await templates.update({ portalId, id, version: 2 }, published, by)).toEqual({
				...won,
				...published,
			});
			expect(await templates.update({ portalId: newId(), id, version: 2 }, {}, by)).toBeNull();
			expect(await templates.update({ portalId, id: newId(), version: 2 }, {}, by)).toBeNull();
		});

		it('deletes once, and only in its portal', async () => {
			const { templates } = current().store;
			const { portalId, id, ...rest } = makeTemplate();
			await templates.insert({ portalId, id, ...rest });
			expect(await templates.delete(newId(), id)).toBe(false);
			expect(await templates.delete(portalId, id)).toBe(true);
			expect(await templates.delete(portalId, id)).toBe(false);
			expect(await templates.get(portalId, id)).toBeNull();
		});
	});
}
