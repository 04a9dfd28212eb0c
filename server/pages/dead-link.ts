import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { maskEmail } from './mask.ts';
import { linkScript } from './scripts.ts';
import { signInForm } from './sign-in.ts';

export interface DeadLinkPageProps {
	/** Null when no portal answers on this host. */
	portal: PagePortal | null;
	locale: Locale;
	/** For a link that we know: what `POST /l/new` needs. The address is shown masked. */
	renewal: { token: string; formToken: string; email: string } | null;
	/** For `POST /sign-in`. */
	signInToken: string;
}

const en = {
	title: 'This sign-in link does not work any more',
	reason: 'A sign-in link works once and only for a limited time, to keep your account safe.',
	button: 'E-mail me a new link',
	busy: 'Asking for a new link…',
	goesTo: 'It goes to',
	newest: 'If you have a newer e-mail from us, please open the link in that one.',
	signIn: 'Sign in with your e-mail address',
	another: 'Not your address?',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Dieser Anmeldelink funktioniert nicht mehr',
		reason:
			'Ein Anmeldelink funktioniert nur einmal und nur für begrenzte Zeit. So bleibt Ihr Konto sicher.',
		button: 'Neuen Link per E-Mail anfordern',
		busy: 'Neuer Link wird angefordert …',
		goesTo: 'Er geht an',
		newest: 'Haben Sie eine neuere E-Mail von uns? Dann öffnen Sie bitte den Link darin.',
		signIn: 'Mit Ihrer E-Mail-Adresse anmelden',
		another: 'Nicht Ihre Adresse?',
	},
	es: {
		title: 'Este enlace para entrar ya no funciona',
		reason:
			'Un enlace para entrar sirve una sola vez y por tiempo limitado, para proteger su cuenta.',
		button: 'Enviarme un enlace nuevo por correo',
		busy: 'Pidiendo un enlace nuevo…',
		goesTo: 'Se enviará a',
		newest: 'Si tiene un correo nuestro más reciente, abra el enlace que viene en él, por favor.',
		signIn: 'Entrar con su dirección de correo',
		another: '¿No es su dirección?',
	},
	fr: {
		title: 'Ce lien de connexion ne fonctionne plus',
		reason:
			'Un lien de connexion ne sert qu’une fois et pendant un temps limité, pour protéger votre compte.',
		button: 'Recevoir un nouveau lien par e-mail',
		busy: 'Demande d’un nouveau lien…',
		goesTo: 'Il sera envoyé à',
		newest:
			'Si vous avez reçu un e-mail plus récent de notre part, veuillez ouvrir le lien qu’il contient.',
		signIn: 'Se connecter avec votre adresse e-mail',
		another: 'Ce n’est pas votre adresse\u00a0?',
	},
	pt: {
		title: 'Este link para entrar não funciona mais',
		reason:
			'Um link para entrar funciona uma única vez e por tempo limitado, para proteger sua conta.',
		button: 'Enviar um novo link para meu e-mail',
		busy: 'Pedindo um novo link…',
		goesTo: 'Ele será enviado para',
		newest: 'Se você tem um e-mail nosso mais recente, abra o link que está nele, por favor.',
		signIn: 'Entrar com seu endereço de e-mail',
		another: 'Não é seu endereço?',
	},
};

/** One page and one wording for links that expired, were used or revoked, or never existed (R15). */
export function deadLinkPage(props: DeadLinkPageProps): string {
	const { portal, locale, renewal, signInToken } = props;
	const { title, reason, newest } = words[locale];
	const content = html`<h1>${title}</h1>
		<p class="soft">${reason}</p>
		${renewal === null ? html`<p>${newest}</p>` : renewalForm(renewal, words[locale])}
		${portal !== null && signIn(signInToken, locale, renewal === null)}`;
	return clientDocument({ locale, title, portal, content, script: linkScript });
}

function renewalForm(
	renewal: NonNullable<DeadLinkPageProps['renewal']>,
	{ busy, button, goesTo }: typeof en,
): HtmlValue {
	return html`<form method="post" action="/l/new">
			<input type="hidden" name="token" value="${renewal.token}" />
			<input type="hidden" name="formToken" value="${renewal.formToken}" />
			<button class="button" data-busy="${busy}">${button}</button>
		</form>
		<p class="small soft">${goesTo} <bdi dir="ltr">${maskEmail(renewal.email)}</bdi>.</p>`;
}

function signIn(formToken: string, locale: Locale, isOnlyWay: boolean): Html {
	return html`<h2>${isOnlyWay ? words[locale].signIn : words[locale].another}</h2>
		${signInForm({ formToken, locale, plain: !isOnlyWay })}`;
}
