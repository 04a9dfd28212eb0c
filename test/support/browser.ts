/** The cookies of one browser, and the requests it makes; no script runs. */
export interface Browser {
	get(url: string, headers?: Record<string, string>): Promise<Page>;
	post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
	cookies: Map<string, string>;
}

export interface Page {
	status: number;
	text: string;
	headers: Headers;
	/** The hidden fields of the page's first form. */
	fields: Record<string, string>;
	/** Where the page's first form goes. */
	action: string | null;
}

/** A browser without scripts, for tests of pages and forms. */
export function openBrowser(): Browser {
	const cookies = new Map<string, string>();
	const send = async (url: string, init: RequestInit): Promise<Page> => {
		const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const headers = new Headers(init.headers);
		if (cookie !== '') headers.set('cookie', cookie);
		const response = await fetch(url, { ...init, headers, redirect: 'manual' });
		for (const line of response.headers.getSetCookie()) {
			const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
			if (/max-age=0(?:;|$)/i.test(line)) cookies.delete(name);
			else cookies.set(name, value);
		}
		const text = await response.text();
		const hidden = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
		const fields = Object.fromEntries([...hidden].map((match) => [match[1] ?? '', match[2] ?? '']));
		const action = /<form method="post" action="([^"]+)"/.exec(text)?.[1] ?? null;
		return { status: response.status, text, headers: response.headers, fields, action };
	};
	return {
		cookies,
		get: (url, headers = {}) => send(url, { headers }),
		post: (url, form, headers = {}) =>
			send(url, {
				method: 'POST',
				body: new URLSearchParams(form).toString(),
				headers: {
					'content-type': 'application/x-www-form-urlencoded',
					origin: new URL(url).origin,
					'sec-fetch-site': 'same-origin',
					...headers,
				},
			}),
	};
}

/** Opens a link and presses its button. */
export async function signIn(browser: Browser, url: string): Promise<Page> {
	const page = await browser.get(url);
	return browser.post(new URL(page.action ?? '/l', url).href, page.fields);
}
