import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';

const en = {
	title: 'Check your e-mail',
	sent: 'If we can send you a new sign-in link, it is on its way to your inbox.',
	wait: 'It can take a few minutes. Please open the newest e-mail from us; if you see none, have a look into your spam folder. You can close this page.',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Sehen Sie in Ihre E-Mails',
		sent: 'Wenn wir Ihnen einen neuen Anmeldelink schicken können, ist er schon auf dem Weg in Ihr Postfach.',
		wait: 'Das kann ein paar Minuten dauern. Öffnen Sie bitte unsere neueste E-Mail; wenn keine da ist, sehen Sie in den Spam-Ordner. Diese Seite können Sie schließen.',
	},
	es: {
		title: 'Mire su correo',
		sent: 'Si podemos enviarle un enlace nuevo para entrar, ya va de camino a su buzón.',
		wait: 'Puede tardar unos minutos. Abra nuestro correo más reciente, por favor; si no ve ninguno, mire en la carpeta de correo no deseado. Ya puede cerrar esta página.',
	},
	fr: {
		title: 'Consultez vos e-mails',
		sent: 'Si nous pouvons vous envoyer un nouveau lien de connexion, il est déjà en route vers votre boîte de réception.',
		wait: 'Cela peut prendre quelques minutes. Veuillez ouvrir notre e-mail le plus récent\u00a0; si vous n’en voyez aucun, regardez dans vos courriers indésirables. Vous pouvez fermer cette page.',
	},
	pt: {
		title: 'Veja seu e-mail',
		sent: 'Se pudermos enviar um novo link para você entrar, ele já está a caminho da sua caixa de entrada.',
		wait: 'Pode levar alguns minutos. Abra nosso e-mail mais recente, por favor; se não houver nenhum, veja a pasta de spam. Você já pode fechar esta página.',
	},
};

export interface RenewalSentPageProps {
	portal: PagePortal;
	locale: Locale;
}

/**
 * The answer to "E-mail me a new link": the same whatever happened (R15). Where no e-mail went because one had gone just before, its
 * reader is right with the newest one.
 */
export function renewalSentPage({ portal, locale }: RenewalSentPageProps): string {
	const { title, sent, wait } = words[locale];
	const content = html`<h1>${title}</h1>
		<p>${sent}</p>
		<p class="soft">${wait}</p>`;
	return clientDocument({ locale, title, portal, content });
}
