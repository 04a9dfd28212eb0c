import { foreign, foreignMore, foreignWords } from './marks.ts';
import { filterNames } from '../filters.ts';
import type { Catalogue } from '../types.ts';

const foreignTag = new RegExp(foreign, 'iy');
const foreignTagWithMore = new RegExp(foreignMore, 'iy');
const foreignTagOfWords = new RegExp(foreignWords, 'iy');

/** `| default: "there"`, as in Liquid. */
const liquidDefault = /\|\s*default\s*:?\s*["']([^"'{}|<>]{1,200})["']\s*\}\}$/;

const dotted = /[a-z_]\w*(?:\.\w+)+/gi;

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

/** A tag of another product at this place whose name is a value, or like one: it would reach the reader as it stands. */
export function foreignTagAt(
	source: string,
	at: number,
	catalogue: Catalogue,
): ForeignTag | undefined {
	foreignTag.lastIndex = at;
	const match = foreignTag.exec(source);
	if (match !== null) {
		const name = match.slice(1).find(Boolean) ?? '';
		const path = valueNamed(name, catalogue);
		const end = foreignTag.lastIndex;
		if (path !== undefined) return { path, end, fix: `<< ${path} >>` };
		// No value, but one of a group of ours, as a custom field of another product is.
		const [root = '', ...rest] = name.split(/[./]/);
		return rest.length > 0 && catalogue.hasRoot(root)
			? { path: name, end, fix: undefined }
			: undefined;
	}
	return withMore(source, at, catalogue) ?? ofWords(source, at, catalogue);
}

function withMore(source: string, at: number, catalogue: Catalogue): ForeignTag | undefined {
	foreignTagWithMore.lastIndex = at;
	const match = foreignTagWithMore.exec(source);
	if (match === null) return undefined;
	const [whole, name = '', fallback = '', more = ''] = match;
	const end = foreignTagWithMore.lastIndex;
	const path = valueNamed(name, catalogue);
	// A helper of theirs, with a value of ours.
	if (path === undefined) return found(more.match(dotted) ?? [], catalogue, end);
	const text = (fallback || liquidDefault.exec(whole)?.[1] || '').trim();
	const isFilter = filterNames.includes(/^\w*/.exec(text)?.[0] ?? '');
	const fix = text === '' || isFilter ? undefined : `<< ${path} | ${text} >>`;
	return { path, end, fix };
}

function ofWords(source: string, at: number, catalogue: Catalogue): ForeignTag | undefined {
	foreignTagOfWords.lastIndex = at;
	const match = foreignTagOfWords.exec(source);
	const words =
		match
			?.slice(1)
			.find(Boolean)
			?.match(/[\w.]+/g) ?? [];
	const names = words.filter((word) => word.includes('.') || Object.hasOwn(aliases, word));
	return found(names, catalogue, foreignTagOfWords.lastIndex);
}

function found(
	names: readonly string[],
	catalogue: Catalogue,
	end: number,
): ForeignTag | undefined {
	const [path] = names.flatMap((name) => valueNamed(name, catalogue) ?? []);
	return path === undefined ? undefined : { path, end, fix: undefined };
}

function valueNamed(name: string, catalogue: Catalogue): string | undefined {
	const short = name.toUpperCase();
	const alias = Object.hasOwn(aliases, short) ? aliases[short] : undefined;
	const parts = name.split(/[./]/);
	if (catalogue.find(parts) !== undefined) return parts.join('.');
	if (alias !== undefined && catalogue.find(alias.split('.'))) return alias;
	return catalogue.spelled(parts);
}
