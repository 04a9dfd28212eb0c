import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument } from './layout.ts';
import { greeting, personBox, signInLabel } from './link.ts';
import type { Locale, Words } from '../locale.ts';

const en = {
	title: (portal: HtmlValue): Html => html`Sample: sign in to ${portal}`,
	what: 'This is a sample. In a real e-mail the link opens a page like this one, with the name of your client.',
	button: 'The button does nothing here.',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: (portal) => html`Muster: bei ${portal} anmelden`,
		what: 'Das ist ein Muster. In einer echten E-Mail öffnet der Link eine Seite wie diese, mit dem Namen Ihrer Kundin oder Ihres Kunden.',
		button: 'Der Knopf bewirkt hier nichts.',
	},
	es: {
		title: (portal) => html`Muestra: entrar en ${portal}`,
		what: 'Esto es una muestra. En un correo de verdad, el enlace abre una página como esta, con el nombre de su cliente.',
		button: 'Aquí el botón no hace nada.',
	},
	fr: {
		title: (portal) => html`Exemple – se connecter à ${portal}`,
		what: 'Ceci est un exemple. Dans un véritable e-mail, le lien ouvre une page comme celle-ci, avec le nom de votre client.',
		button: 'Ici, le bouton ne fait rien.',
	},
	pt: {
		title: (portal) => html`Exemplo: entrar em ${portal}`,
		what: 'Isto é um exemplo. Em um e-mail de verdade, o link abre uma página como esta, com o nome do seu cliente.',
		button: 'Aqui o botão não faz nada.',
	},
};

const person = { firstName: 'Ada', email: 'ada@example.com' };

/** `/l/sample`, where links of previews and tests lead: what a client will see, with nothing behind it (R29). */
export function samplePage({ portal, locale }: { portal: PagePortal; locale: Locale }): string {
	const { title, what, button } = words[locale];
	const content = html`<p class="notice">${what}</p>
		${greeting({ purpose: 'login', person, locale })} ${personBox(person, locale)}
		<button class="button" type="button" aria-disabled="true" aria-describedby="inert">
			${signInLabel('login', portal, locale)}
		</button>
		<p class="small soft" id="inert">${button}</p>`;
	return clientDocument({ locale, title: title(portal.name), portal, content });
}
