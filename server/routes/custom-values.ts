import { z } from 'zod';

import { catalogueValues } from '../services/catalogue.ts';
import { PortalError } from '../errors.ts';
import { endpoint } from './endpoint.ts';
import { text } from './shapes.ts';

/** Each is read with every page of the portal. */
const mostValues = 200;

const keyParams = z.object({
	key: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, {
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
	async handle(_services, { portal }) {
		const items = catalogueValues(portal).map(({ path, type, description, sample, secret }) => ({
			...{ path, type, description, sample },
			secret: secret === true,
		}));
		return Promise.resolve({ status: 200, body: { items, customValues: portal.customValues } });
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
			Object.keys(portal.customValues).length >= mostValues
		) {
			throw new PortalError('invalid_request', {
				detail: `A portal has at most ${String(mostValues)} values of its own.`,
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
	summary: "Deletes one of the portal's own values.",
	scope: 'templates:write',
	portal: 'own',
	params: keyParams,
	answers: { 204: { description: 'It is gone.' } },
	errors: ['custom_value_not_found'],
	async handle({ portals }, { portal, params: { key } }) {
		await portals.deleteCustomValue(portal.id, key);
		return { status: 204, body: undefined };
	},
});
