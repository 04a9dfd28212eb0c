import { openBrowser } from '../../support/browser.ts';
import { soonMs } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** Names under which chats ask for what they show of a link. */
const chats = [
	'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
	'WhatsApp/2.24.6.77 A',
	'TelegramBot (like TwitterBot)',
	'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
];

/** What these send is a current Chrome's, but no script runs. */
export const headThenGet: Scanner = {
	behaviour: 'HEAD, then GET',
	afterMs: soonMs,
	recordedAs: ['link.visited'],
	async scan({ link }, { headers }) {
		const { head, get } = openBrowser();
		const first = await head(link, headers);
		const second = await get(link, headers);
		return [`HEAD ${String(first.status)}`, `GET ${String(second.status)}`];
	},
};

export const burstOfGets: Scanner = {
	behaviour: 'burst of GETs',
	afterMs: soonMs,
	recordedAs: ['link.visited'],
	async scan({ link }, { headers }) {
		const pages = await Promise.all(
			Array.from({ length: 30 }, () => openBrowser().get(link, headers)),
		);
		const statuses = new Set(pages.map(({ status }) => status));
		return [`${String(pages.length)} × GET ${[...statuses].join(', ')}`];
	},
};

export const chatPreview: Scanner = {
	behaviour: 'link preview of a chat',
	afterMs: soonMs,
	recordedAs: ['link.visited'],
	async scan({ link }, { headers }) {
		const reached = [];
		for (const userAgent of [...chats, headers['user-agent'] ?? '']) {
			const { get } = openBrowser();
			const asked = { ...headers, 'user-agent': userAgent };
			const { text } = await get(link, asked);
			reached.push(...previewOf(text));
			const json = { ...asked, accept: 'application/json', 'sec-fetch-mode': 'cors' };
			await get(link, json);
			await get(new URL('/favicon.ico', link).href, { ...json, accept: 'image/*' });
		}
		return [...new Set(reached)];
	},
};

/** What a chat would show: the card that a page offers, else its title. */
function previewOf(page: string): string[] {
	const card = page.matchAll(/<meta[^>]+(?:og:|twitter:|name="description")[^>]*>/g);
	const title = /<title>(.*?)<\/title>/s.exec(page)?.[1] ?? '';
	return [`“${title.replaceAll(/<[^>]+>/g, '').trim()}”`, ...[...card].map(([tag]) => tag)];
}
