import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';
import { maskEmail } from './mask.ts';
import { linkScript } from './scripts.ts';

interface Person {
	firstName: string | null;
	email: string;
}

export interface SwitchPageProps {
	portal: PagePortal;
	/** Who is signed in in this browser, and whose link or code it is; addresses are shown masked. */
	present: Person;
	next: Person;
	/** The form that was sent, to be sent again. */
	action: string;
	fields: Record<string, string>;
}

const words = {
	title: 'Sign in as somebody else?',
	present: (person: Html) => html`In this browser ${person} is signed in.`,
	next: (person: Html) => html`The link or code you used is for ${person}.`,
	switch: 'Sign out, and sign in as',
	busy: 'Signing you in…',
	stay: 'Stay signed in',
	kept: 'If you stay, nothing happens: the link and the code can still be used.',
};

/** Asked before a browser changes from one person to another (R16). Until its button is pressed nothing is used up. */
export function switchPage({ portal, present, next, action, fields }: SwitchPageProps): string {
	const hidden = Object.entries(fields).map(
		([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
	);
	const content = html`<h1>${words.title}</h1>
		<p>${words.present(personHtml(present))} ${words.next(personHtml(next))}</p>
		<form method="post" action="${action}">
			${hidden}<input type="hidden" name="switch" value="yes" />
			<button class="button" data-busy="${words.busy}">
				${words.switch} ${nameHtml(next.firstName ?? maskEmail(next.email))}
			</button>
		</form>
		<a class="button plain" href="/">${words.stay}</a>
		<p class="small soft">${words.kept}</p>`;
	return clientDocument({ title: words.title, portal, content, script: linkScript });
}

function personHtml({ firstName, email }: Person): Html {
	const masked = html`<bdi dir="ltr">${maskEmail(email)}</bdi>`;
	return firstName === null ? masked : html`<b>${nameHtml(firstName)}</b> (${masked})`;
}
