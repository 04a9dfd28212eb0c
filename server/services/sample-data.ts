import { PortalError } from '../errors.ts';
import type { Portal } from '../store/store.ts';
import { mistakeInJson } from './json-mistake.ts';

/** How a custom value of a portal may be called. */
const keyPattern = /^[a-z][a-z0-9_]{0,63}$/;
const excerptLimit = 30;

/** What an n8n item would bring, from JSON that somebody typed. Throws `invalid_request`, whose detail says what is wrong, where, and what to do. */
export function readItem(json: string): Record<string, unknown> {
	return readObject(json, '{"order": {"number": "INV-7"}}');
}

/** Texts for `custom_values.*`, likewise. */
export function readCustomValues(json: string): Record<string, string> {
	const given = readObject(json, '{"season": "Spring"}');
	const values: Record<string, string> = {};
	for (const [key, value] of Object.entries(given)) {
		if (!keyPattern.test(key)) {
			throw invalid(
				`A custom value cannot be called “${key}”: use lower-case letters, digits and _, at most 64.`,
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

/** The portal as if it had these custom values besides its own. */
export function withCustomValues(portal: Portal, values: Record<string, string>): Portal {
	return { ...portal, customValues: { ...portal.customValues, ...values } };
}

function readObject(json: string, example: string): Record<string, unknown> {
	const value = parse(json);
	if (Array.isArray(value)) {
		throw invalid(`This is a list. Give one thing of it, from its { to its }, such as ${example}.`);
	}
	if (typeof value !== 'object' || value === null) {
		throw invalid(`Write names and values between { and }, such as ${example}.`);
	}
	return value as Record<string, unknown>;
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		const { at, advice } = mistakeInJson(json) ?? { at: 0, advice: 'Write it anew.' };
		const before = json.slice(0, at).split('\n');
		const place = `line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)}`;
		throw invalid(`This is no JSON: ${place}${excerptOf(json, at)}. ${advice}`);
	}
}

function excerptOf(json: string, at: number): string {
	const [line = ''] = json.slice(at).split('\n', 1);
	if (line.trim() === '') return '';
	return `, at “${line.length > excerptLimit ? `${line.slice(0, excerptLimit)}…` : line}”`;
}

function invalid(detail: string): PortalError {
	return new PortalError('invalid_request', { detail });
}
