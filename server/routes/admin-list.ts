import type { Request } from 'express';
import { z } from 'zod';

const pageSize = 50;

/** A page of a list in the dashboard. */
interface ListPage<Row> {
	rows: Row[];
	firstPage: boolean;
	/** The cursor of the page after it; null on the last one. */
	nextCursor: string | null;
}

/** The page of a list that the query's `cursor`, an id, asks for. `read` answers at most `limit` rows after that id. */
export async function readPage<Row extends { id: string }>(
	request: Request,
	read: (page: { limit: number; after: string | null }) => Promise<Row[]>,
): Promise<ListPage<Row>> {
	const cursor = z.uuid().safeParse(request.query['cursor']);
	const after = cursor.success ? cursor.data : null;
	const found = await read({ limit: pageSize + 1, after });
	const rows = found.slice(0, pageSize);
	const nextCursor = found.length > pageSize ? (rows.at(-1)?.id ?? null) : null;
	return { rows, firstPage: after === null, nextCursor };
}
