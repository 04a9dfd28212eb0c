import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';

const words = {
	title: 'Check your e-mail',
	sent: 'If we can send you a new sign-in link, it is on its way to your inbox.',
	wait: 'It can take a few minutes. Have a look into your spam folder too. You can close this page.',
};

/** The answer to "E-mail me a new link": the same whatever happened (R15). */
export function renewalSentPage({ portal }: { portal: PagePortal }): string {
	const content = html`<h1>${words.title}</h1>
		<p>${words.sent}</p>
		<p class="soft">${words.wait}</p>`;
	return clientDocument({ title: words.title, portal, content });
}
