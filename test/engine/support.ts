import {
	compile,
	defineCatalogue,
	lint,
	render,
	TemplateError,
	type CatalogueValue,
	type Finding,
	type RenderOptions,
	type TextContext,
	type Values,
} from 'custom-values';

const value = (
	path: string,
	type: CatalogueValue['type'] = 'text',
	cost: CatalogueValue['cost'] = 'row',
	more: Partial<CatalogueValue> = {},
): CatalogueValue => ({ path, type, cost, description: path, sample: 'x', ...more });

/** A catalogue with every type, cost and kind of path. */
export const catalogue = defineCatalogue([
	value('contact.first_name'),
	value('contact.last_name'),
	value('contact.company'),
	value('contact.email'),
	value('contact.joined_at', 'date'),
	value('contact.visits', 'number'),
	value('contact.vip', 'boolean'),
	value('contact.tags', 'list'),
	value('contact.website', 'url'),
	value('contact.fields.*'),
	value('contact.magic_link', 'url', 'mint', { secret: true }),
	value('contact.login_code', 'text', 'mint', { secret: true }),
	value('portal.name', 'text', 'constant', { required: true }),
	value('portal.url', 'url', 'constant'),
	value('portal.logo_url', 'url', 'constant'),
	value('portal.support_email', 'text', 'constant'),
	value('portal.phone', 'text', 'constant'),
	value('portal.footer', 'html', 'constant'),
	value('custom_values.*', 'text', 'constant'),
	value('item.*'),
]);

export const values: Values = {
	contact: {
		first_name: 'Anna',
		last_name: 'Ödegård',
		company: 'acme & sons',
		email: 'anna@example.com',
		joined_at: '2026-03-04T23:30:00Z',
		visits: 1234.5,
		vip: true,
		tags: ['red', 'green', 'blue'],
		website: 'https://anna.example/?a=1&b=2',
		fields: { city: 'Köln', 'Favourite colour': 'teal', birthday: '1990-05-06' },
		magic_link: {
			'': 'https://portal.example/l/abc',
			'/courses': 'https://portal.example/l/def',
		},
	},
	portal: {
		name: 'Acme Academy',
		url: 'https://portal.example',
		logo_url: 'https://portal.example/logo.png',
		support_email: 'help@example.com',
		phone: '+49 221 1234',
		footer: '<b>Acme</b> & Co',
	},
	custom_values: { motto: 'Learn' },
	item: {
		title: 'Your order',
		count: 2,
		rows: [
			{ name: 'Pen', price: 1.5, tags: ['a', 'b'] },
			{ name: 'Ink <blue>', price: 20, tags: [] },
		],
		prices: { small: 1, large: 2 },
		empty: [],
		html: '<i>x</i>',
	},
};

export const options: RenderOptions = {
	locale: 'en-GB',
	timeZone: 'Europe/Berlin',
	now: Date.parse('2026-11-22T13:30:05Z'),
	onMissing: 'empty',
};

/** Compiles and renders; the compiled form goes through JSON, as a stored one does. */
export function print(
	source: string,
	context: TextContext = 'text',
	more: { values?: Values } & Partial<RenderOptions> = {},
): string {
	const { values: given = values, ...rest } = more;
	const stored = JSON.stringify(compile(source, { catalogue, context }));
	return render(JSON.parse(stored), given, { ...options, ...rest }).text;
}

export function codes(source: string, context: TextContext = 'html'): string[] {
	return lint(source, { catalogue, context }).map(({ code }) => code);
}

export function errors(source: string, context: TextContext = 'html'): Finding[] {
	return lint(source, { catalogue, context }).filter(({ severity }) => severity === 'error');
}

/** What a call throws, which has to be a TemplateError. */
export function thrown(call: () => unknown): TemplateError {
	try {
		call();
	} catch (error) {
		if (error instanceof TemplateError) return error;
		throw error;
	}
	throw new Error('nothing was thrown');
}
