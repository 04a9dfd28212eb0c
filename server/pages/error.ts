import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';

export interface ErrorPageProps {
	/** Null when it is not known, as before the portal was read. */
	portal: PagePortal | null;
	title: string;
	/** What happened and what to do, for somebody who is no expert. */
	sentence: string;
	/** The request id, which support can look up in the log. */
	reference?: string;
}

const words = { reference: 'Reference:' };

/** Any trouble that has no page of its own. */
export function errorPage({ portal, title, sentence, reference }: ErrorPageProps): string {
	const content = html`<h1>${title}</h1>
		<p class="soft">${sentence}</p>
		${reference !== undefined &&
		html`<p class="small soft">${words.reference} <code>${reference}</code></p>`}`;
	return clientDocument({ title, portal, content });
}
