/** What is used of packages without types of their own. */
declare module 'sanitize-html' {
	interface Options {
		allowedTags?: readonly string[];
		allowedAttributes?: false;
		allowVulnerableTags?: boolean;
	}
	const sanitizeHtml: {
		(html: string, options?: Options): string;
		defaults: { allowedTags: readonly string[] };
	};
	export default sanitizeHtml;
}

declare module 'jsdom' {
	export class JSDOM {
		constructor(html: string);
		readonly window: Window & typeof globalThis;
	}
}
