import type { Request, Response } from 'express';
import { parseCookie, stringifySetCookie } from 'cookie';

export type CookieName = 'browser' | 'session' | 'admin';

/** Reads and writes our three cookies. */
export interface Cookies {
	read(request: Request, name: CookieName): string | undefined;
	write(response: Response, name: CookieName, value: string, ageMs: number): void;
	clear(response: Response, name: CookieName): void;
}

/**
 * Cookies are `__Host-`, Secure, HttpOnly and SameSite=Lax (R41). On plain HTTP, which the settings allow only on loopback or by
 * name, they lose the prefix and Secure: Safari would drop them otherwise.
 */
export function createCookies(publicUrl: string): Cookies {
	const secure = publicUrl.startsWith('https:');
	const fullName = (name: CookieName) => (secure ? `__Host-${name}` : name);
	const set = (response: Response, name: CookieName, value: string, maxAge: number) => {
		response.append(
			'Set-Cookie',
			stringifySetCookie({
				name: fullName(name),
				value,
				maxAge,
				path: '/',
				httpOnly: true,
				sameSite: 'lax',
				secure,
			}),
		);
	};
	return {
		read: (request, name) => parseCookie(request.get('cookie') ?? '')[fullName(name)],
		write: (response, name, value, ageMs) => {
			set(response, name, value, Math.floor(ageMs / 1000));
		},
		clear: (response, name) => {
			set(response, name, '', 0);
		},
	};
}
