import { z } from 'zod';

import { catalogueValues } from '../services/catalogue.ts';
import { customValueName, mostCustomValues } from '../services/custom-value-rules.ts';
import { PortalError } from '../errors.ts';
import { endpoint } from './endpoint.ts';
import { text } from './shapes.ts';

const keyParams = z.object({
	key: z.string().regex(customValueName, {
		message: 'A custom value is named by lower-case letters, digits and _, at most 64.',
	}),
});

const ownValues = z.object({ customValues: z.record(z.string(), z.string()) });

export const listCustomValues = endpoint({
	method: 'get',
	path: '/v1/custom-values',
	id: 'listCustomValues',
	summary: "Every value a template may use, and the portal's own.",
	scope: null,
	portal: 'own',
	answers: {
		200: {
			description: 'The catalogue, for pickers.',
			shape: ownValues.extend({
				usage: z
					.record(z.string(), z.int())
					.describe("In how many templates, draft or published, each of the portal's own is used."),
				items: z.array(
					z.object({
						path: z.string(),
						type: z.string(),
						description: z.string(),
						sample: z.unknown(),
						secret: z.boolean(),
					}),
				),
			}),
		},
	},
	async handle({ templates }, { portal }) {
		const { customValues } = portal;
		const uses = await templates.usesOfValues(portal);
		const usage = Object.fromEntries(
			Object.keys(customValues).map((key) => [key, uses.get(key)?.length ?? 0]),
		);
		const items = catalogueValues(portal).map(({ path, type, description, sample, secret }) => ({
			...{ path, type, description, sample },
			secret: secret === true,
		}));
		return { status: 200, body: { items, customValues, usage } };
	},
});

export const setCustomValue = endpoint({
	method: 'put',
	path: '/v1/custom-values/:key',
	id: 'setCustomValue',
	summary: "Sets one of the portal's own values: `<< custom_values.KEY >>`.",
	scope: 'templates:write',
	portal: 'own',
	params: keyParams,
	body: z.strictObject({ value: text(10_000) }),
	answers: { 200: { description: "The portal's own values as they are now.", shape: ownValues } },
	async handle({ portals }, { portal, params: { key }, body: { value } }) {
		if (
			!Object.hasOwn(portal.customValues, key) &&
			Object.keys(portal.customValues).length >= mostCustomValues
		) {
			throw new PortalError('invalid_request', {
				detail: `A portal has at most ${String(mostCustomValues)} values of its own.`,
			});
		}
		const { customValues } = await portals.setCustomValue(portal.id, key, value);
		return { status: 200, body: { customValues } };
	},
});

export const deleteCustomValue = endpoint({
	method: 'delete',
	path: '/v1/custom-values/:key',
	id: 'deleteCustomValue',
	summary:
		"Deletes one of the portal's own values. One that templates use only with `?force=true`: they cannot be sent then.",
	scope: 'templates:write',
	portal: 'own',
	params: keyParams,
	query: z.strictObject({ force: z.enum(['true', 'false']).default('false') }),
	answers: { 204: { description: 'It is gone.' } },
	errors: ['custom_value_not_found', 'custom_value_in_use'],
	async handle({ portals, templates }, { portal, params: { key }, query: { force } }) {
		const users = (await templates.usesOfValues(portal)).get(key) ?? [];
		if (Object.hasOwn(portal.customValues, key) && users.length > 0 && force === 'false') {
			throw new PortalError('custom_value_in_use', { detail: inUse(users) });
		}
		await portals.deleteCustomValue(portal.id, key);
		return { status: 204, body: undefined };
	},
});

/** Names told of the templates that use a value. */
const namesTold = 20;

function inUse(names: readonly string[]): string {
	const told = names.slice(0, namesTold).map((name) => `“${name}”`);
	const others = names.length - told.length;
	const more = others > 0 ? ` and ${String(others)} more` : '';
	return `It is used by ${told.join(', ')}${more}. Take it out of them first, or repeat with ?force=true: they cannot be sent then.`;
}
