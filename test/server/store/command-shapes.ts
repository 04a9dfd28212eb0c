import type { CommandStartedEvent, Document } from 'mongodb';

import { collections, type CollectionName } from '../../../server/store/mongodb/indexes.ts';

/** What a command asks of an index. */
export interface Shape {
	collection: string;
	/** Fields compared with values. */
	equal: string[];
	sort: string[];
	/** Fields compared in any other way. */
	range: string[];
}

/**
 * Filters that an index need not serve, because what its equalities and order leave is little:
 * a search's matches, and the rows of one chunk (at most 1,000). What is alive is counted only when a key was dropped, which
 * is worth no index that every link would have to enter.
 */
const residual: Partial<Record<string, { index: string; fields: string[] }>> = {
	contacts: { index: 'searchTerms', fields: ['state', 'invitedAt', 'joinedAt'] },
	deliveries: { index: 'status', fields: ['notBefore'] },
	magicLinks: { index: 'purgeAt', fields: ['keyVersion', 'redeemedAt', 'revokedAt'] },
	sessions: { index: 'purgeAt', fields: ['keyVersion', 'endedAt'] },
};

function isEquality(condition: unknown): boolean {
	if (typeof condition !== 'object' || condition === null) return true;
	return Object.keys(condition).every(
		(key) => !key.startsWith('$') || ['$in', '$all', '$eq'].includes(key),
	);
}

/** The driver keeps a sort as a map, because its order counts. */
type Sort = Map<string, unknown> | undefined;

function shapeOf(collection: string, filter: Document, sort?: Sort): Shape {
	const fields = Object.keys(filter);
	return {
		collection,
		equal: fields.filter((field) => isEquality(filter[field])),
		sort: [...(sort?.keys() ?? [])],
		range: fields.filter((field) => !isEquality(filter[field])),
	};
}

/** The filters and sorts of one recorded command; none for inserts and administration. */
export function shapesOf({ commandName, command }: CommandStartedEvent): Shape[] {
	const collection = String(command[commandName]);
	if (commandName === 'find')
		return [shapeOf(collection, command['filter'], command['sort'] as Sort)];
	if (commandName === 'findAndModify') return [shapeOf(collection, command['query'])];
	if (commandName === 'update' || commandName === 'delete') {
		const statements = command[commandName === 'update' ? 'updates' : 'deletes'] as {
			q: Document;
		}[];
		return statements.map(({ q }) => shapeOf(collection, q));
	}
	if (commandName === 'aggregate') {
		const [first] = command['pipeline'] as Document[];
		return [shapeOf(collection, first?.['$match'] ?? {})];
	}
	return [];
}

/** True when a declared index serves it: equalities and then the sort are a prefix, and it holds the other fields too. */
export function isServed(shape: Shape): boolean {
	if (!(shape.collection in collections)) return false;
	if (shape.equal.includes('_id')) return true;
	const declared = collections[shape.collection as CollectionName].indexes.map(({ key }) =>
		Object.keys(key),
	);
	return [['_id'], ...declared].some((index) => serves(index, shape));
}

function serves(index: string[], { collection, equal, sort, range }: Shape): boolean {
	const left = residual[collection];
	const spared = left !== undefined && index.includes(left.index) ? left.fields : [];
	const asked = (fields: string[]): string[] =>
		fields.filter((field) => index.includes(field) || !spared.includes(field));
	const equalities = asked(equal);
	const prefix = index.slice(0, equalities.length);
	const rest = index.slice(equalities.length);
	const begins = sort.length > 0 ? sort : asked(range).slice(0, 1);
	return (
		equalities.every((field) => prefix.includes(field)) &&
		begins.every((field, at) => rest[at] === field) &&
		asked(range).every((field) => rest.includes(field)) &&
		(equalities.length > 0 || begins.length > 0)
	);
}
