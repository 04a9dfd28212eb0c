const text = Symbol('html');

/** Markup that is safe to put into a page as it is. Only `html` and `trustedHtml` make it. */
export interface Html {
	readonly [text]: string;
}

export type HtmlValue = string | number | Html | readonly HtmlValue[] | false | null | undefined;

/** Builds markup; every value is escaped (R36) unless it is markup itself. Put attribute values in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
	return { [text]: String.raw({ raw: strings }, ...values.map(render)) };
}

/** Takes a constant of ours, such as a style sheet, as it is. Never call it with what a person typed. */
export function trustedHtml(constant: string): Html {
	return { [text]: constant };
}

/** The markup as a string: what leaves the server. */
export function htmlString(markup: Html): string {
	return markup[text];
}

/** Escapes text for HTML content and quoted attribute values. */
function escapeHtml(value: string): string {
	return value.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

function render(value: HtmlValue): string {
	if (value === false || value === null || value === undefined) return '';
	if (typeof value === 'string') return escapeHtml(value);
	if (typeof value === 'number') return String(value);
	if (text in value) return value[text];
	return value.map(render).join('');
}
