import { createServer, type Server } from 'node:http';

import { openBrowser } from '../../support/browser.ts';
import { listen } from '../inbox.ts';
import { soonMs } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/**
 * A gateway that rewrites links: the e-mail's reader opens an address of the gateway, which first looks at the target itself and
 * then sends the reader on. It looks when the e-mail arrives, too.
 */
export async function startRewritingGateway(
	headers: Record<string, string>,
): Promise<{ scanner: Scanner; looks: () => number; http: Server }> {
	let looks = 0;
	const look = async (target: string): Promise<number> => {
		looks += 1;
		await openBrowser().head(target, headers);
		return (await openBrowser().get(target, headers)).status;
	};
	const http = createServer((request, response) => {
		const target = new URL(request.url ?? '', 'http://gateway').searchParams.get('url') ?? '';
		void look(target).then(() => {
			response.writeHead(302, { location: target }).end();
		});
	});
	const origin = await listen(http);
	const scanner: Scanner = {
		behaviour: 'gateway that rewrites the link',
		afterMs: soonMs,
		recordedAs: ['link.visited'],
		scan: async ({ link }) => [`GET ${String(await look(link))}`],
		rewrite: (html) =>
			html.replaceAll(
				/href="(http[^"]+\/l\/[^"]+)"/g,
				(_, target: string) => `href="${origin}/?url=${encodeURIComponent(target)}&amp;data=1"`,
			),
	};
	return { scanner, looks: () => looks, http };
}
