import { PortalError } from '../errors.ts';
import type { Portal } from '../store/store.ts';
import { customValueName, mostCustomValues } from './custom-value-rules.ts';
import { excerpt, placeAndAdvice } from './json-mistake.ts';
import { refuseOddJson } from './plain-json.ts';

/** What was read, and what to know of how it was taken; null when it was taken as it stands. */
export interface ReadData<Value> {
	value: Value;
	note: string | null;
}

/** What n8n has beside the `json` of an item. */
const besideJson = new Set(['json', 'binary', 'pairedItem', 'error', 'index']);

/**
 * What an n8n item would bring, from JSON that somebody typed: the names and values themselves, or as n8n copies items, in a list, in
 * `json` or in `item`. Throws `invalid_request`, whose detail says what is wrong, where, and what to do.
 */
export function readItem(json: string): ReadData<Record<string, unknown>> {
	const given = parse(json);
	const [first] = Array.isArray(given) ? (given as unknown[]) : [];
	const isList = isObject(first);
	const whole = objectOf(isList ? first : given, '{"order": {"number": "INV-7"}}');
	const wrapper = wrapperOf(whole);
	const inner = wrapper === null ? whole : (whole[wrapper] as Record<string, unknown>);
	refuseOddJson(inner);
	const taken = [
		...(wrapper === null ? [] : [`what is in “${wrapper}”`]),
		...(isList ? ['the first item of the list'] : []),
	].join(' of ');
	return { value: inner, note: taken === '' ? null : `Of this, only ${taken} is used.` };
}

/** The member that holds what the item brings, where nothing else says anything. */
function wrapperOf(item: Record<string, unknown>): 'json' | 'item' | null {
	const names = Object.keys(item);
	if (isObject(item['json']) && names.every((name) => besideJson.has(name))) return 'json';
	return isObject(item['item']) && names.length === 1 ? 'item' : null;
}

/** Texts for `custom_values.*`, likewise, or all of them in `custom_values`. */
export function readCustomValues(json: string): ReadData<Record<string, string>> {
	const whole = objectOf(parse(json), '{"season": "Spring"}');
	const { custom_values: inner, ...others } = whole;
	return isObject(inner) && Object.keys(others).length === 0
		? { value: textsIn(inner), note: 'Of this, only what is in “custom_values” is used.' }
		: { value: textsIn(whole), note: null };
}

function textsIn(given: Record<string, unknown>): Record<string, string> {
	refuseOddJson(given);
	const entries = Object.entries(given);
	if (entries.length > mostCustomValues) {
		throw invalid(`A portal has at most ${String(mostCustomValues)} custom values.`);
	}
	const values: Record<string, string> = {};
	for (const [key, value] of entries) {
		if (!customValueName.test(key)) {
			throw invalid(
				`A custom value cannot be called “${excerpt(key)}”: use lower-case letters, digits and _, at most 64.`,
			);
		}
		if (typeof value !== 'string') {
			throw invalid(
				`“${key}” has to be a text between double quotes, such as {"${key}": "9 to 5"}.`,
			);
		}
		values[key] = value;
	}
	return values;
}

/** What is wrong with data that could not be read, for whoever typed it. */
export function problemIn({ violations, detail, message }: PortalError): string {
	const [first] = violations ?? [];
	return first === undefined ? (detail ?? message) : `${excerpt(first.pointer)}: ${first.detail}`;
}

/** The portal as if it had these custom values besides its own. */
export function withCustomValues(portal: Portal, values: Record<string, string>): Portal {
	return { ...portal, customValues: { ...portal.customValues, ...values } };
}

function objectOf(value: unknown, example: string): Record<string, unknown> {
	if (Array.isArray(value)) {
		throw invalid(`This is a list. Give one thing of it, from its { to its }, such as ${example}.`);
	}
	if (!isObject(value)) {
		throw invalid(`Write names and values between { and }, such as ${example}.`);
	}
	return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		throw invalid(`This is no JSON: ${placeAndAdvice(json)}`);
	}
}

function invalid(detail: string): PortalError {
	return new PortalError('invalid_request', { detail });
}
