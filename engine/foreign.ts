import type { Findings, Span } from './errors.ts';
import type { Scanned } from './scan.ts';
import type { Catalogue } from './types.ts';

/** Tags of other products: Handlebars and HighLevel, Mailchimp, `%name%`, `[[name]]`; and ours after an editor encoded it. */
const foreignTag =
	/(?:&lt;|&#60;|&#x3c;|%3c){2}(?:\s|&nbsp;|%20)*~?([\w.]+)|\{\{\{?\s*([\w.]+)\s*\}?\}\}|\*\|([\w.:]+)\|\*|%([\w.]+)%|\[\[\s*([\w.]+)\s*\]\]/gi;

/** Mailchimp's short names. */
const aliases: Readonly<Record<string, string>> = {
	FNAME: 'contact.first_name',
	LNAME: 'contact.last_name',
	EMAIL: 'contact.email',
	PHONE: 'contact.phone',
};

/** Reports tags in another spelling whose name is a value: they would reach the reader as they stand. */
export function findForeignTags(
	source: string,
	{ tags, raw }: Scanned,
	catalogue: Catalogue,
	findings: Findings,
): void {
	const taken = [...tags, ...raw].sort((a, b) => a.start - b.start);
	let next = 0;
	for (const match of source.matchAll(foreignTag)) {
		const span = { start: match.index, end: match.index + match[0].length };
		while (next < taken.length && (taken[next]?.end ?? 0) <= span.start) next++;
		if (overlaps(taken[next], span)) continue;
		const name = match.slice(1).find(Boolean) ?? '';
		const path = valueNamed(name, catalogue);
		if (path === undefined) continue;
		const message = `Readers would see this as it stands: it is no custom value here. Write << ${path} >>.`;
		const encoded = match[1] !== undefined;
		if (encoded) findings.error('damaged_tag', span, message);
		else findings.error('foreign_tag', span, message, `<< ${path} >>`);
	}
}

function overlaps(taken: Span | undefined, span: Span): boolean {
	return taken !== undefined && taken.start < span.end;
}

function valueNamed(name: string, catalogue: Catalogue): string | undefined {
	if (Object.hasOwn(aliases, name)) return aliases[name];
	const parts = name.split('.');
	if (catalogue.find(parts) !== undefined) return name;
	return catalogue.spelled(parts);
}
