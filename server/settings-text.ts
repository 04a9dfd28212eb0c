import { BlockList, isIP } from 'node:net';

import { isLoopback } from './loopback.ts';
import { canonicalEmail } from './services/addresses.ts';
import { sqlitePath } from './store/open.ts';

/** How the text of a setting becomes its value. Every reader throws `Expected` when it does not fit. */

/** Says what a setting should have been; completes "Expected …". */
export class Expected extends Error {}

export const words = (text: string): string => text;

export function integer(min: number, max: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (!/^\d+$/.test(text) || value < min || value > max) {
			throw new Expected(`a whole number from ${String(min)} to ${String(max)}`);
		}
		return value;
	};
}

/** Seconds in, milliseconds out. */
export function seconds(min: number, max: number): (text: string) => number {
	const readSeconds = integer(min, max);
	return (text) => readSeconds(text) * 1000;
}

export function oneOf<const T extends string>(...allowed: readonly T[]): (text: string) => T {
	return (text) => {
		const found = allowed.find((word) => word === text);
		if (found === undefined) throw new Expected(`one of ${allowed.join(', ')}`);
		return found;
	};
}

export function flag(text: string): boolean {
	return oneOf('0', '1')(text) === '1';
}

const units: Record<string, number> = { '': 1, kb: 1024, mb: 1024 ** 2 };

/** `10mb`, `500kb` or a number of bytes; at most 1 GB. */
export function size(text: string): number {
	const [, digits, unit = ''] = /^(\d+)(kb|mb)?$/i.exec(text) ?? [];
	const bytes = Number(digits) * (units[unit.toLowerCase()] ?? NaN);
	if (!(bytes >= 1024 && bytes <= 1024 ** 3)) {
		throw new Expected('a size from 1kb to 1024mb, such as 10mb');
	}
	return bytes;
}

/** An origin: scheme, host and port, without a trailing slash. */
export function origin(text: string): string {
	const url = URL.parse(text);
	const bare =
		url !== null &&
		/^https?:$/.test(url.protocol) &&
		url.username === '' &&
		url.password === '' &&
		url.pathname === '/' &&
		url.search === '' &&
		url.hash === '';
	if (!bare) {
		throw new Expected(
			'http:// or https:// with a host and nothing after it, such as https://portal.example.com',
		);
	}
	return url.origin;
}

/** An origin with TLS, or on this machine. */
export function secureOrigin(text: string): string {
	const value = origin(text);
	if (value.startsWith('http:') && !isLoopback(new URL(value))) {
		throw new Expected('a URL that starts with https://');
	}
	return value;
}

export function databaseUrl(text: string): string {
	if (sqlitePath(text) === null && !/^mongodb(\+srv)?:\/\/[^/]+/.test(text)) {
		throw new Expected('sqlite:FILE or mongodb://HOST/NAME');
	}
	return text;
}

export function smtpUrl(text: string): string {
	const url = URL.parse(text);
	if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
		throw new Expected('smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT');
	}
	return text;
}

export function email(text: string): string {
	try {
		return canonicalEmail(text);
	} catch {
		throw new Expected('one e-mail address');
	}
}

const namedNetworks = ['loopback', 'linklocal', 'uniquelocal'];

/** What Express takes as "trust proxy": a number of hops or a list of networks. Trusting everyone is not among it. */
export function proxies(text: string): string {
	const hops = /^\d+$/.test(text) && Number(text) <= 10;
	if (!hops && !text.split(',').every((part) => isNetwork(part.trim()))) {
		throw new Expected(
			`how many proxies stand before this server (0 to 10), or their addresses, such as 10.0.0.0/8, or ${namedNetworks.join(', ')}`,
		);
	}
	return text;
}

function isNetwork(text: string): boolean {
	if (namedNetworks.includes(text)) return true;
	const [address = '', prefix, ...rest] = text.split('/');
	const family = isIP(address);
	if (family === 0 || rest.length > 0) return false;
	if (prefix === undefined) return true;
	try {
		new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
		return /^\d+$/.test(prefix) && Number(prefix) > 0;
	} catch {
		return false;
	}
}
