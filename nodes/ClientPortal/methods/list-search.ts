import {
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeListSearchItems,
	type INodeListSearchResult,
} from 'n8n-workflow';

import { asRecord } from '../transport/explain';
import { toNodeError } from '../transport/problem';
import { request } from '../transport/request';

const pageSize = 100;

/** The contacts for the Contact field, by the beginnings of words of name, company or address. */
export async function searchContacts(
	this: ILoadOptionsFunctions,
	filter?: string,
	cursor?: string,
): Promise<INodeListSearchResult> {
	const portalId = asRecord(asRecord(this.getCurrentNodeParameter('options')).portal).value;
	return await search(this, '/v1/contacts', toContact, {
		...(filter === undefined || filter === '' ? {} : { search: filter }),
		...(typeof portalId === 'string' && portalId !== '' ? { portalId } : {}),
		...(cursor === undefined ? {} : { cursor }),
	});
}

/** The portals for the Portal option. */
export async function searchPortals(
	this: ILoadOptionsFunctions,
	_filter?: string,
	cursor?: string,
): Promise<INodeListSearchResult> {
	return await search(this, '/v1/portals', toPortal, cursor === undefined ? {} : { cursor });
}

async function search(
	context: ILoadOptionsFunctions,
	path: string,
	toItem: (entry: Record<string, unknown>) => INodeListSearchItems,
	query: IDataObject,
): Promise<INodeListSearchResult> {
	const answer = await request(context, {
		method: 'GET',
		path,
		query: { ...query, limit: pageSize },
	});
	if (!answer.ok) throw toNodeError(context.getNode(), answer.problem);
	const { items, nextCursor } = answer.body;
	const results = (Array.isArray(items) ? items : []).map((entry) => toItem(asRecord(entry)));
	return typeof nextCursor === 'string' ? { results, paginationToken: nextCursor } : { results };
}

function toContact({ id, name, email }: Record<string, unknown>): INodeListSearchItems {
	const label =
		typeof name === 'string' && name !== '' ? `${name} (${String(email)})` : String(email);
	return { name: label, value: String(id) };
}

function toPortal({ id, name, slug }: Record<string, unknown>): INodeListSearchItems {
	return { name: `${String(name)} (${String(slug)})`, value: String(id) };
}
