import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { linkScript } from './scripts.ts';

export type CodeTrouble = 'wrong' | 'no_code';

export interface CheckInboxPageProps {
	portal: PagePortal;
	locale: Locale;
	/** As the person typed it. */
	email: string;
	/** Both for `POST /code`. */
	state: string;
	formToken: string;
	/** A code was typed that did not work, or something that no code can be. */
	trouble?: CodeTrouble;
}

const en = {
	title: 'Check your e-mail',
	sent: (email: Html) => html`If ${email} may sign in here, an e-mail is on its way.`,
	open: 'Open the link in it. Or type the code that is in it, here, within 10 minutes.',
	code: 'Code from the e-mail',
	button: 'Sign in',
	busy: 'Signing you in…',
	wrong:
		'That code did not work. Please compare it with the newest e-mail. After a few tries only the link in the e-mail works.',
	no_code: 'The code has six digits. Please compare it with the e-mail.',
	wait: 'Nothing there after a few minutes? Have a look into your spam folder, or',
	again: 'ask again',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Sehen Sie in Ihre E-Mails',
		sent: (email) => html`Wenn ${email} sich hier anmelden darf, ist eine E-Mail schon unterwegs.`,
		open: 'Öffnen Sie den Link darin. Oder geben Sie den Code aus der E-Mail innerhalb von 10 Minuten hier ein.',
		code: 'Code aus der E-Mail',
		button: 'Anmelden',
		busy: 'Sie werden angemeldet …',
		wrong:
			'Dieser Code hat nicht funktioniert. Bitte vergleichen Sie ihn mit der neuesten E-Mail. Nach ein paar Versuchen funktioniert nur noch der Link in der E-Mail.',
		no_code: 'Der Code hat sechs Ziffern. Bitte vergleichen Sie ihn mit der E-Mail.',
		wait: 'Nach ein paar Minuten noch nichts da? Sehen Sie in den Spam-Ordner, oder',
		again: 'fordern Sie eine neue E-Mail an',
	},
	es: {
		title: 'Mire su correo',
		sent: (email) => html`Si ${email} puede entrar aquí, ya va un correo de camino.`,
		open: 'Abra el enlace que trae. O escriba aquí el código del correo antes de 10 minutos.',
		code: 'Código del correo',
		button: 'Entrar',
		busy: 'Entrando…',
		wrong:
			'Ese código no ha funcionado. Compárelo con el correo más reciente, por favor. Después de unos intentos solo sirve el enlace del correo.',
		no_code: 'El código tiene seis cifras. Compárelo con el correo, por favor.',
		wait: '¿No ha llegado nada después de unos minutos? Mire en la carpeta de correo no deseado o',
		again: 'pida otro correo',
	},
	fr: {
		title: 'Consultez vos e-mails',
		sent: (email) => html`Si ${email} peut se connecter ici, un e-mail est déjà en route.`,
		open: 'Ouvrez le lien qu’il contient. Ou saisissez ici le code de l’e-mail, dans les 10 minutes.',
		code: 'Code reçu par e-mail',
		button: 'Se connecter',
		busy: 'Connexion en cours…',
		wrong:
			'Ce code n’a pas fonctionné. Veuillez le comparer avec l’e-mail le plus récent. Après quelques essais, seul le lien de l’e-mail fonctionne.',
		no_code: 'Le code comporte six chiffres. Veuillez le comparer avec l’e-mail.',
		wait: 'Toujours rien après quelques minutes\u00a0? Regardez dans vos courriers indésirables ou',
		again: 'demandez un nouvel e-mail',
	},
	pt: {
		title: 'Veja seu e-mail',
		sent: (email) => html`Se ${email} pode entrar aqui, um e-mail já está a caminho.`,
		open: 'Abra o link que está nele. Ou digite aqui o código do e-mail em até 10 minutos.',
		code: 'Código do e-mail',
		button: 'Entrar',
		busy: 'Entrando…',
		wrong:
			'Esse código não funcionou. Compare-o com o e-mail mais recente, por favor. Depois de algumas tentativas, só o link do e-mail funciona.',
		no_code: 'O código tem seis dígitos. Compare-o com o e-mail, por favor.',
		wait: 'Nada depois de alguns minutos? Veja a pasta de spam ou',
		again: 'peça outro e-mail',
	},
};

/** The answer to the sign-in form: the same whoever's address it is (R39). */
export function checkInboxPage(props: CheckInboxPageProps): string {
	const { portal, locale, email, state, formToken, trouble } = props;
	const said = words[locale];
	const content = html`<h1>${said.title}</h1>
		${trouble && html`<p class="notice" role="alert">${said[trouble]}</p>`}
		<p>${said.sent(html`<b><bdi dir="ltr">${email}</bdi></b>`)}</p>
		<p class="soft">${said.open}</p>
		<form method="post" action="/code" class="stack">
			<input type="hidden" name="state" value="${state}" />
			<input type="hidden" name="formToken" value="${formToken}" />
			${codeField(locale)}
			<button class="button" data-busy="${said.busy}">${said.button}</button>
		</form>
		<p class="small soft">${said.wait} <a href="/sign-in">${said.again}</a>.</p>`;
	return clientDocument({ locale, title: said.title, portal, content, script: linkScript });
}

/** What is said of a text that no code can be. */
export function noCodeNotice(locale: Locale): string {
	return words[locale].no_code;
}

/** Without a length or a pattern, so that the whole line of the e-mail can be pasted. */
export function codeField(locale: Locale): Html {
	return html`<div class="field">
		<label for="code">${words[locale].code}</label>
		<input
			class="wide-input code"
			id="code"
			name="code"
			inputmode="numeric"
			autocomplete="one-time-code"
			autocapitalize="none"
			spellcheck="false"
			required
		/>
	</div>`;
}
