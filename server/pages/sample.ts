import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';
import { greeting, personBox, signInLabel } from './link.ts';

const words = {
	title: (portal: string) => `Sample: sign in to ${portal}`,
	what: 'This is a sample. In a real e-mail the link opens a page like this one, with the name of your client.',
	button: 'The button does nothing here.',
};

const person = { firstName: 'Ada', email: 'ada@example.com' };

/** `/l/sample`, where links of previews and tests lead: what a client will see, with nothing behind it (R29). */
export function samplePage({ portal }: { portal: PagePortal }): string {
	const content = html`<p class="notice">${words.what}</p>
		${greeting({ purpose: 'login', person })} ${personBox(person)}
		<button class="button" type="button" aria-disabled="true" aria-describedby="inert">
			${signInLabel('login', portal)}
		</button>
		<p class="small soft" id="inert">${words.button}</p>`;
	return clientDocument({ title: words.title(portal.name), portal, content });
}
