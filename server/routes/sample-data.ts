import { PortalError } from '../errors.ts';
import {
	problemIn,
	readCustomValues,
	readItem,
	withCustomValues,
	type ReadData,
} from '../services/sample-data.ts';
import type { Portal } from '../store/store.ts';

/** What a text is tried with, and what is to be said about it. */
export interface SampleData {
	/** With the custom values that were typed. */
	portal: Portal;
	/** Null: samples. */
	item: Record<string, unknown> | null;
	itemNote: string | null;
	valuesNote: string | null;
}

const meanwhile = 'Until then the preview shows samples.';

/** What stands in two fields for JSON. A field with mistakes counts as empty, and a note says what they are. */
export function sampleDataOf(
	portal: Portal,
	typed: { item: string; customValues: string },
): SampleData {
	const item = read(typed.item, readItem);
	const values = read(typed.customValues, readCustomValues);
	const given = values.value ?? {};
	return {
		portal: withCustomValues(portal, given),
		item: item.value,
		itemNote: item.problem === null ? item.note : `${item.problem} ${meanwhile}`,
		valuesNote: values.problem ?? joined(values.note, lacking(portal, Object.keys(given))),
	};
}

function read<Value>(
	json: string,
	from: (json: string) => ReadData<Value>,
): { value: Value | null; note: string | null; problem: string | null } {
	if (json.trim() === '') return { value: null, note: null, problem: null };
	try {
		const { value, note } = from(json);
		return { value, note, problem: null };
	} catch (error) {
		if (!(error instanceof PortalError)) throw error;
		return { value: null, note: null, problem: problemIn(error) };
	}
}

function joined(...notes: (string | null)[]): string | null {
	return notes.filter((note) => note !== null).join(' ') || null;
}

/** An e-mail that is good here could not be sent. */
function lacking(portal: Portal, keys: readonly string[]): string | null {
	const missing = keys.filter((key) => !Object.hasOwn(portal.customValues, key));
	if (missing.length === 0) return null;
	return `Before you send, give the portal a value for ${missing.join(', ')}: so far it has none.`;
}
