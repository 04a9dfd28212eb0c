import { request } from 'node:http';

/** The cookies of one browser, and the requests it makes; no script runs. */
export interface Browser {
	head(url: string, headers?: Record<string, string>): Promise<Page>;
	get(url: string, headers?: Record<string, string>): Promise<Page>;
	post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
	/** Posts a body as it is. */
	postRaw(url: string, body: string, headers: Record<string, string>): Promise<Page>;
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

/** What every browser of the last years says of a page that somebody opens, or a form that somebody sends. */
const navigating = { 'sec-fetch-mode': 'navigate' };

/**
 * A browser for tests of pages and forms, whose buttons a person presses: of the pages' scripts it does what they do then, unless
 * `scripts` is false. Every host name is this machine, as `*.localhost` is in browsers.
 */
export function openBrowser({ scripts = true } = {}): Browser {
	const cookies = new Map<string, string>();
	const send = async (
		method: string,
		url: string,
		given: Record<string, string>,
		body: string,
	): Promise<Page> => {
		const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const headers = { ...given, ...(cookie === '' ? {} : { cookie }) };
		const { status, received, text } = await ask(method, new URL(url), headers, body);
		for (const line of received.getSetCookie()) {
			const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
			if (/max-age=0(?:;|$)/i.test(line)) cookies.delete(name);
			else cookies.set(name, value);
		}
		const [form = ''] = /<form\b[^]*?<\/form>/.exec(text) ?? [];
		const hidden = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
		const fields = Object.fromEntries([...hidden].map((match) => [match[1] ?? '', match[2] ?? '']));
		const action = /<form method="post" action="([^"]+)"/.exec(text)?.[1] ?? null;
		return { status, text, headers: received, fields, action };
	};
	return {
		cookies,
		head: (url, headers = {}) => send('HEAD', url, { ...navigating, ...headers }, ''),
		get: (url, headers = {}) => send('GET', url, { ...navigating, ...headers }, ''),
		postRaw: (url, body, headers) => send('POST', url, headers, body),
		post: (url, form, headers = {}) =>
			send(
				'POST',
				url,
				{
					'content-type': 'application/x-www-form-urlencoded',
					...navigating,
					origin: new URL(url).origin,
					'sec-fetch-site': 'same-origin',
					...headers,
				},
				new URLSearchParams(
					scripts && form['pressed'] === '' ? { ...form, pressed: '1' } : form,
				).toString(),
			),
	};
}

function ask(
	method: string,
	{ host, port, pathname, search }: URL,
	headers: Record<string, string>,
	body: string,
): Promise<{ status: number; received: Headers; text: string }> {
	return new Promise((resolve, reject) => {
		const sent = request(
			{ host: '127.0.0.1', port, method, path: pathname + search, headers: { ...headers, host } },
			(response) => {
				let text = '';
				response.setEncoding('utf8').on('data', (part: string) => (text += part));
				response.on('end', () => {
					const received = new Headers();
					for (let n = 0; n < response.rawHeaders.length; n += 2) {
						received.append(response.rawHeaders[n] ?? '', response.rawHeaders[n + 1] ?? '');
					}
					resolve({ status: response.statusCode ?? 0, received, text });
				});
			},
		);
		sent.on('error', reject);
		sent.end(body);
	});
}

/** Opens a link and presses its button; answers the link's page when that has none. */
export async function signIn(browser: Browser, url: string): Promise<Page> {
	const page = await browser.get(url);
	if (page.action !== '/l' && page.action !== '/admin/sign-in') return page;
	return browser.post(new URL(page.action, url).href, page.fields);
}

/** Whether a client is signed in in the browser, as the portal page shows. */
export async function isSignedIn(browser: Browser, { url }: { url: string }): Promise<boolean> {
	return (await browser.get(`${url}/`)).text.includes('action="/sign-out"');
}
