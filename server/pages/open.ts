import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { openScript } from './scripts.ts';

const en = {
	title: 'Please open your link again',
	what: 'Go back to the e-mail that we sent you and open its sign-in link once more.',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Bitte öffnen Sie Ihren Link noch einmal',
		what: 'Gehen Sie zurück zu der E-Mail, die Sie von uns bekommen haben, und öffnen Sie dort den Anmeldelink noch einmal.',
	},
	es: {
		title: 'Abra otra vez su enlace, por favor',
		what: 'Vuelva al correo que le enviamos y abra de nuevo el enlace para entrar.',
	},
	fr: {
		title: 'Veuillez rouvrir votre lien',
		what: 'Retournez à l’e-mail que nous vous avons envoyé et ouvrez de nouveau son lien de connexion.',
	},
	pt: {
		title: 'Abra seu link de novo, por favor',
		what: 'Volte ao e-mail que enviamos a você e abra mais uma vez o link para entrar.',
	},
};

/**
 * `GET /l/open`, the address that the page of a link gives itself. In the tab that opened a link it goes to that link's page again
 * (a reload); anywhere else it says what to do. It holds nothing secret and reads nothing.
 */
export function openPage({ portal, locale }: { portal: PagePortal; locale: Locale }): string {
	const { title, what } = words[locale];
	const content = html`<h1>${title}</h1>
		<p class="soft">${what}</p>`;
	return clientDocument({ locale, title, portal, content, headScript: openScript });
}
