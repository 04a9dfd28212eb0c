import {
	type Collection,
	type Document,
	MongoBulkWriteError,
	type OptionalUnlessRequiredId,
} from 'mongodb';

/** A row whose `id` is the document's `_id`. */
export type Stored<Row extends { id: string }> = Omit<Row, 'id'> & { _id: string };

export function toDocument<Row extends { id: string }>(row: Row): Stored<Row> {
	const { id, ...rest } = row;
	return { _id: id, ...rest };
}

/** The row without the members that only the document has. */
export function fromDocument<Row extends { id: string }>(
	document: Stored<Row>,
	...hidden: readonly string[]
): Row {
	const { _id, ...rest } = document;
	for (const name of hidden) Reflect.deleteProperty(rest, name);
	// TypeScript cannot see that Omit and `id` make Row again.
	return { id: _id, ...rest } as unknown as Row;
}

/** A name that may stand in a path of an update: `.` separates there, `$` and the empty name are refused. */
export function encodeKey(key: string): string {
	if (key === '') return '%';
	return key.replace(/[%.$]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

function decodeKey(key: string): string {
	return key === '%'
		? ''
		: key.replace(/%(2[45e])/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

export function encodeKeys<T>(map: Record<string, T>): Record<string, T> {
	return Object.fromEntries(Object.entries(map).map(([key, value]) => [encodeKey(key), value]));
}

export function decodeKeys<T>(map: Record<string, T>): Record<string, T> {
	return Object.fromEntries(Object.entries(map).map(([key, value]) => [decodeKey(key), value]));
}

/** `{ 'prefix.key': value }` for `$set`, so that the other keys of the map stay. */
export function pathsOf<T>(prefix: string, map: Record<string, T>): Record<string, T> {
	return Object.fromEntries(
		Object.entries(map).map(([key, value]) => [`${prefix}.${encodeKey(key)}`, value]),
	);
}

/** Inserts the documents that break no unique index; answers the indexes of those that do. */
export async function insertNew<T extends Document>(
	collection: Collection<T>,
	documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<number[]> {
	if (documents.length === 0) return [];
	try {
		await collection.insertMany([...documents], { ordered: false });
		return [];
	} catch (error) {
		if (!(error instanceof MongoBulkWriteError)) throw error;
		const failures = [error.writeErrors].flat();
		if (failures.length === 0 || failures.some(({ code }) => code !== 11_000)) throw error;
		return failures.map(({ index }) => index);
	}
}
