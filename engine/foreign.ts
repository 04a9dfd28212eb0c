import { foreign, foreignMore } from './damage/marks.ts';
import { filterNames } from './filters.ts';
import type { Catalogue } from './types.ts';

const foreignTag = new RegExp(foreign, 'iy');
const foreignTagWithMore = new RegExp(foreignMore, 'iy');

/** `| default: "there"`, as in Liquid. */
const liquidDefault = /\|\s*default\s*:?\s*["']([^"'{}|<>]{1,200})["']\s*\}\}$/;

/** Mailchimp's short names. */
const aliases: Readonly<Record<string, string>> = {
	FNAME: 'contact.first_name',
	LNAME: 'contact.last_name',
	EMAIL: 'contact.email',
	PHONE: 'contact.phone',
};

export interface ForeignTag {
	path: string;
	end: number;
	/** The tag of ours that does the same; undefined when that is not known. */
	fix: string | undefined;
}

/** A tag of another product at this place whose name is a value: it would reach the reader as it stands. */
export function foreignTagAt(
	source: string,
	at: number,
	catalogue: Catalogue,
): ForeignTag | undefined {
	foreignTag.lastIndex = at;
	const match = foreignTag.exec(source);
	if (match !== null) {
		const path = valueNamed(match.slice(1).find(Boolean) ?? '', catalogue);
		return path === undefined
			? undefined
			: { path, end: foreignTag.lastIndex, fix: `<< ${path} >>` };
	}
	foreignTagWithMore.lastIndex = at;
	const [whole = '', name = '', fallback = ''] = foreignTagWithMore.exec(source) ?? [];
	const path = valueNamed(name, catalogue);
	if (path === undefined) return undefined;
	const text = (fallback || liquidDefault.exec(whole)?.[1] || '').trim();
	const isFilter = filterNames.includes(/^\w*/.exec(text)?.[0] ?? '');
	const fix = text === '' || isFilter ? undefined : `<< ${path} | ${text} >>`;
	return { path, end: foreignTagWithMore.lastIndex, fix };
}

function valueNamed(name: string, catalogue: Catalogue): string | undefined {
	const short = name.toUpperCase();
	const alias = Object.hasOwn(aliases, short) ? aliases[short] : undefined;
	const parts = name.split(/[./]/);
	if (catalogue.find(parts) !== undefined) return parts.join('.');
	if (alias !== undefined && catalogue.find(alias.split('.'))) return alias;
	return catalogue.spelled(parts);
}
