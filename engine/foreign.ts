import { foreign } from './damage/marks.ts';
import type { Catalogue } from './types.ts';

const foreignTag = new RegExp(foreign, 'iy');

/** Mailchimp's short names. */
const aliases: Readonly<Record<string, string>> = {
	FNAME: 'contact.first_name',
	LNAME: 'contact.last_name',
	EMAIL: 'contact.email',
	PHONE: 'contact.phone',
};

/** A tag of another product at this place whose name is a value: it would reach the reader as it stands. */
export function foreignTagAt(
	source: string,
	at: number,
	catalogue: Catalogue,
): { path: string; end: number } | undefined {
	foreignTag.lastIndex = at;
	const match = foreignTag.exec(source);
	if (match === null) return undefined;
	const path = valueNamed(match.slice(1).find(Boolean) ?? '', catalogue);
	return path === undefined ? undefined : { path, end: foreignTag.lastIndex };
}

function valueNamed(name: string, catalogue: Catalogue): string | undefined {
	const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
	if (alias !== undefined) return catalogue.find(alias.split('.')) && alias;
	const parts = name.split('.');
	if (catalogue.find(parts) !== undefined) return name;
	return catalogue.spelled(parts);
}
