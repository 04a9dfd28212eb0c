import { openBrowser } from '../../support/browser.ts';
import { soonMs } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** A mail program that loads ahead what its reader may open next: as Chromium does it, and as a request says so. */
export const prefetchingMailProgram: Scanner = {
	behaviour: 'prefetch by a mail program',
	afterMs: soonMs,
	recordedAs: ['link.visited'],
	async scan({ html, link }, { inbox, headers, openChrome }) {
		const reached: string[] = [];
		for (const purpose of ['prefetch', 'prefetch;prerender']) {
			const { status } = await openBrowser().get(link, { ...headers, 'sec-purpose': purpose });
			reached.push(`${purpose} ${String(status)}`);
		}
		const context = await openChrome();
		const page = await context.newPage();
		const loaded = page.waitForEvent('requestfinished', (request) => request.url() === link);
		await page.goto(inbox.show(withSpeculation(html)));
		const purpose = await (await loaded).headerValue('sec-purpose');
		return [...reached, `Chromium: ${purpose ?? 'no purpose'}`];
	},
	// It does so again when its reader looks at the message.
	rewrite: withSpeculation,
};

function withSpeculation(html: string): string {
	const [, link = ''] = /href="([^"]+\/l\/[^"]+)"/.exec(html) ?? [];
	const urls = [link];
	const rules = { prefetch: [{ urls, eagerness: 'immediate' }], prerender: [{ urls }] };
	return `${html}<script type="speculationrules">${JSON.stringify(rules)}</script>`;
}
