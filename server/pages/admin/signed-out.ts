import type { PagePortal } from '../brand.ts';
import { html } from '../html.ts';
import { clientDocument } from '../layout.ts';

const words = {
	title: 'Sign in to the dashboard',
	how: 'The dashboard opens with a link that works once. Make one on the server:',
	restart: 'The server prints one at each start on a terminal, too.',
};

const createAdminCommand = 'npm run cli -- create-admin you@example.com';

/** `/admin` for somebody who is not signed in as an admin. */
export function adminSignedOutPage({ portal }: { portal: PagePortal }): string {
	const content = html`<h1>${words.title}</h1>
		<p class="soft">${words.how}</p>
		<p><code class="command">${createAdminCommand}</code></p>
		<p class="small soft">${words.restart}</p>`;
	return clientDocument({
		...{ locale: 'en', title: words.title, content },
		portal: { ...portal, supportEmail: null },
	});
}
