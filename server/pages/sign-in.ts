import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { linkScript } from './scripts.ts';

/** Why the page is shown. `signed_out`: right after signing out. */
export type SignInNotice =
	| 'signed_out'
	| 'renewed'
	| 'no_cookie'
	| 'address_invalid'
	| 'code_too_old';

export interface SignInPageProps {
	portal: PagePortal;
	locale: Locale;
	/** For `POST /sign-in`. */
	formToken: string;
	notice?: SignInNotice;
}

const en = {
	signIn: (portal: HtmlValue): Html => html`Sign in to ${portal}`,
	signedOut: 'You are signed out',
	how: 'Type your e-mail address. We send you a link that signs you in, without a password.',
	address: 'Your e-mail address',
	button: 'E-mail me a sign-in link',
	busy: 'One moment…',
	notice: {
		renewed: 'This page had to be renewed. Please try once more.',
		no_cookie:
			'Please try once more. If you then see this sentence again, your browser blocks cookies: allow them for this site, or use another browser.',
		address_invalid: 'This is not an e-mail address we can write to. Please check it.',
		code_too_old: 'A code works for 10 minutes. Please ask for a new e-mail.',
	},
};

const words: Words<typeof en> = {
	en,
	de: {
		signIn: (portal) => html`Bei ${portal} anmelden`,
		signedOut: 'Sie sind abgemeldet',
		how: 'Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen einen Link, mit dem Sie sich ohne Passwort anmelden.',
		address: 'Ihre E-Mail-Adresse',
		button: 'Anmeldelink per E-Mail anfordern',
		busy: 'Einen Moment …',
		notice: {
			renewed: 'Diese Seite musste erneuert werden. Bitte versuchen Sie es noch einmal.',
			no_cookie:
				'Bitte versuchen Sie es noch einmal. Wenn Sie diesen Satz danach wieder sehen, blockiert Ihr Browser Cookies: Erlauben Sie sie für diese Seite, oder nehmen Sie einen anderen Browser.',
			address_invalid:
				'An diese E-Mail-Adresse können wir nicht schreiben. Bitte sehen Sie noch einmal nach.',
			code_too_old: 'Ein Code gilt 10 Minuten. Bitte fordern Sie eine neue E-Mail an.',
		},
	},
	es: {
		signIn: (portal) => html`Entrar en ${portal}`,
		signedOut: 'Ha salido de su cuenta',
		how: 'Escriba su dirección de correo. Le enviaremos un enlace para entrar sin contraseña.',
		address: 'Su dirección de correo',
		button: 'Enviarme un enlace para entrar',
		busy: 'Un momento…',
		notice: {
			renewed: 'Hemos tenido que renovar esta página. Inténtelo otra vez, por favor.',
			no_cookie:
				'Inténtelo otra vez, por favor. Si después vuelve a ver esta frase, su navegador bloquea las cookies: permítalas para este sitio o use otro navegador.',
			address_invalid: 'A esta dirección de correo no podemos escribir. Revísela, por favor.',
			code_too_old: 'Un código sirve durante 10 minutos. Pida un correo nuevo, por favor.',
		},
	},
	fr: {
		signIn: (portal) => html`Se connecter à ${portal}`,
		signedOut: 'Déconnexion réussie',
		how: 'Saisissez votre adresse e-mail. Nous vous enverrons un lien pour vous connecter sans mot de passe.',
		address: 'Votre adresse e-mail',
		button: 'Recevoir un lien de connexion',
		busy: 'Un instant…',
		notice: {
			renewed: 'Nous avons dû renouveler cette page. Veuillez réessayer.',
			no_cookie:
				'Veuillez réessayer. Si cette phrase réapparaît, votre navigateur bloque les cookies\u00a0: autorisez-les pour ce site ou utilisez un autre navigateur.',
			address_invalid: 'Nous ne pouvons pas écrire à cette adresse e-mail. Veuillez la vérifier.',
			code_too_old: 'Un code est valable 10 minutes. Veuillez demander un nouvel e-mail.',
		},
	},
	pt: {
		signIn: (portal) => html`Entrar em ${portal}`,
		signedOut: 'Você saiu da sua conta',
		how: 'Digite seu endereço de e-mail. Enviaremos um link para você entrar sem senha.',
		address: 'Seu endereço de e-mail',
		button: 'Receber um link para entrar',
		busy: 'Um momento…',
		notice: {
			renewed: 'Esta página precisou ser renovada. Tente mais uma vez, por favor.',
			no_cookie:
				'Tente mais uma vez, por favor. Se depois disso você vir esta frase de novo, seu navegador bloqueia cookies: permita-os para este site ou use outro navegador.',
			address_invalid:
				'Não conseguimos escrever para este endereço de e-mail. Confira-o, por favor.',
			code_too_old: 'Um código vale por 10 minutos. Peça um novo e-mail, por favor.',
		},
	},
};

/** `GET /sign-in`, and `GET /` for somebody who is not signed in. */
export function signInPage({ portal, locale, formToken, notice }: SignInPageProps): string {
	const said = words[locale];
	const signedOut = notice === 'signed_out';
	const heading = signedOut ? said.signedOut : said.signIn(nameHtml(portal.name));
	const trouble = notice !== undefined && notice !== 'signed_out' && said.notice[notice];
	const content = html`<h1>${heading}</h1>
		${trouble && html`<p class="notice" role="alert">${trouble}</p>`}
		<p class="soft">${said.how}</p>
		${signInForm({ formToken, locale })}`;
	const title = signedOut ? said.signedOut : said.signIn(portal.name);
	return clientDocument({ locale, title, portal, content, script: linkScript });
}

/** The form by which a person asks for a sign-in e-mail. */
export function signInForm({
	formToken,
	locale,
	plain = false,
}: {
	formToken: string;
	locale: Locale;
	/** Where another button is the first choice. */
	plain?: boolean;
}): Html {
	const said = words[locale];
	return html`<form method="post" action="/sign-in" class="stack">
		<input type="hidden" name="formToken" value="${formToken}" />
		${addressField(locale)}
		<button class="button${plain && ' plain'}" data-busy="${said.busy}">${said.button}</button>
	</form>`;
}

/** Where a person types an e-mail address; the form's member is `email`. */
export function addressField(locale: Locale): Html {
	return html`<div class="field">
		<label for="email">${words[locale].address}</label>
		<input
			class="wide-input"
			id="email"
			name="email"
			type="email"
			autocomplete="email"
			autocapitalize="none"
			spellcheck="false"
			maxlength="320"
			required
		/>
	</div>`;
}
