import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';
import { openScript } from './scripts.ts';

const words = {
	title: 'Please open your link again',
	what: 'Go back to the e-mail that we sent you and open its sign-in link once more.',
};

/**
 * `GET /l/open`, the address that the page of a link gives itself. In the tab that opened a link it goes to that link's page again
 * (a reload); anywhere else it says what to do. It holds nothing secret and reads nothing.
 */
export function openPage({ portal }: { portal: PagePortal }): string {
	const content = html`<h1>${words.title}</h1>
		<p class="soft">${words.what}</p>`;
	return clientDocument({ title: words.title, portal, content, headScript: openScript });
}
