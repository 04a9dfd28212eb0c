import { PortalError } from '../errors.ts';
import type { Portal } from '../store/store.ts';

const maximumLength = 2048;

/**
 * Why a link may not lead there (R32), as `destination_not_allowed`; null when it may: to a path of the portal, or to an absolute
 * URL that is, or lies under, an entry of the portal's allow-list. Asked when a link is made and again when it is redeemed.
 */
export function destinationProblem(portal: Portal, destination: string): PortalError | null {
	const detail = destination.startsWith('/')
		? pathProblem(destination)
		: urlProblem(destination, portal.destinations);
	return detail === null ? null : new PortalError('destination_not_allowed', { detail });
}

/** Answers the destination unchanged, or throws its problem. */
export function checkDestination(portal: Portal, destination: string): string {
	const problem = destinationProblem(portal, destination);
	if (problem !== null) throw problem;
	return destination;
}

function pathProblem(path: string): string | null {
	if (path.length > maximumLength) return 'The section is too long.';
	if (/\s/.test(path) || hasUnsafeCharacters(path)) {
		return 'The section has a backslash, a space or an invisible character in it.';
	}
	for (const form of [path, ...decodedForms(path)]) {
		if (form === null) return 'The section is not properly percent-encoded.';
		if (hasUnsafeCharacters(form) || !staysOnPortal(form)) {
			return 'The section must be a path of the portal such as /courses, with one slash in front.';
		}
	}
	return null;
}

function staysOnPortal(path: string): boolean {
	const base = 'http://portal.invalid';
	const parsed = URL.parse(path, base);
	return parsed?.origin === base && !parsed.pathname.startsWith('//');
}

function urlProblem(destination: string, allowed: readonly string[]): string | null {
	const refused =
		'The section must be a path of the portal that starts with a slash, or one of the addresses in the portal’s list of destinations.';
	if (destination.length > maximumLength) return refused;
	if (/\s/.test(destination) || hasUnsafeCharacters(destination)) return refused;
	if (!/^https?:\/\/[^/]/i.test(destination)) return refused;
	const url = URL.parse(destination);
	if (url === null || url.username !== '' || url.password !== '') return refused;
	if (decodedForms(url.pathname).some((form) => form === null || hasUnsafeCharacters(form))) {
		return refused;
	}
	// A reader further on may decode the path before it follows dots in it.
	const read = decodedForms(url.pathname).map((path) => URL.parse(path ?? '', url.origin));
	const forms = [url, ...read];
	return allowed.some((entry) => forms.every((form) => form !== null && isUnder(form, entry)))
		? null
		: refused;
}

function isUnder(url: URL, entry: string): boolean {
	const base = URL.parse(entry);
	if (base?.origin !== url.origin) return false;
	const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
	return url.pathname === base.pathname || url.pathname.startsWith(folder);
}

/** The text decoded once and twice: what a careless reader further on would make of it. */
function decodedForms(text: string): (string | null)[] {
	const once = decoded(text);
	return once === null ? [null] : [once, decoded(once) ?? once];
}

function decoded(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}

function hasUnsafeCharacters(text: string): boolean {
	return /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}
