import type { BrowserContext } from 'playwright-core';

/** Makes a browser neither keep nor send cookies, as far as the server can tell, until the answer is called. */
export async function withoutCookies(context: BrowserContext): Promise<() => Promise<void>> {
	await context.route('**/*', async (route) => {
		const request = route.request();
		const headers = new Headers(request.headers());
		headers.delete('cookie');
		const answer = await fetch(request.url(), {
			method: request.method(),
			headers,
			body: request.postData(),
			redirect: 'manual',
		});
		const kept: Record<string, string> = {};
		answer.headers.forEach((value, name) => {
			if (name !== 'set-cookie') kept[name] = value;
		});
		await route.fulfill({
			status: answer.status,
			headers: kept,
			body: await answer.text(),
		});
	});
	return () => context.unroute('**/*');
}
