import type { PagePortal } from './brand.ts';
import { codeField, noCodeNotice } from './check-inbox.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { linkScript } from './scripts.ts';
import { addressField } from './sign-in.ts';

export type QuestionTrouble = 'wrong' | 'no_code' | 'spent';

export interface QuestionPageProps {
	portal: PagePortal;
	locale: Locale;
	/** What the person is asked for: the code of the link's e-mail, or the address that the link is for. */
	asks: 'code' | 'address';
	/** For `POST /l` and `POST /l/new`. */
	token: string;
	formToken: string;
	/** An answer was given and was not right, or no code at all, or was one too many: only a new link is offered then. */
	trouble: QuestionTrouble | null;
}

const en = {
	title: 'One more step',
	why: 'Some mail programs open links by themselves. To be sure that it is you:',
	how: {
		code: 'please type the code that is in the e-mail with the link.',
		address: 'please type the e-mail address that this link is for.',
	},
	wrong: {
		code: 'That code did not work. Please compare it with the e-mail that the link is in.',
		address: 'The link is not for this address. Please check it.',
	},
	spent: 'These were too many tries. Please have a new link sent to you: it takes a moment.',
	button: 'Sign in',
	busy: 'Signing you in…',
	again: 'E-mail me a new link',
	againBusy: 'Asking for a new link…',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Noch ein Schritt',
		why: 'Manche E-Mail-Programme öffnen Links von selbst. Damit wir sicher sind, dass Sie es sind:',
		how: {
			code: 'Geben Sie bitte den Code aus der E-Mail mit dem Link ein.',
			address: 'Geben Sie bitte die E-Mail-Adresse ein, für die dieser Link ist.',
		},
		wrong: {
			code: 'Dieser Code hat nicht funktioniert. Bitte vergleichen Sie ihn mit der E-Mail, in der der Link steht.',
			address: 'Der Link ist nicht für diese Adresse. Bitte sehen Sie noch einmal nach.',
		},
		spent:
			'Das waren zu viele Versuche. Lassen Sie sich bitte einen neuen Link schicken: Das dauert nur einen Moment.',
		button: 'Anmelden',
		busy: 'Sie werden angemeldet …',
		again: 'Neuen Link per E-Mail anfordern',
		againBusy: 'Neuer Link wird angefordert …',
	},
	es: {
		title: 'Un paso más',
		why: 'Algunos programas de correo abren los enlaces por su cuenta. Para estar seguros de que es usted:',
		how: {
			code: 'escriba el código que viene en el correo del enlace, por favor.',
			address: 'escriba la dirección de correo para la que es este enlace, por favor.',
		},
		wrong: {
			code: 'Ese código no ha funcionado. Compárelo con el correo en el que viene el enlace, por favor.',
			address: 'El enlace no es para esta dirección. Revísela, por favor.',
		},
		spent:
			'Han sido demasiados intentos. Pida que le enviemos un enlace nuevo, por favor: es solo un momento.',
		button: 'Entrar',
		busy: 'Entrando…',
		again: 'Enviarme un enlace nuevo por correo',
		againBusy: 'Pidiendo un enlace nuevo…',
	},
	fr: {
		title: 'Encore une étape',
		why: 'Certaines messageries ouvrent les liens toutes seules. Pour être sûrs que c’est bien vous\u00a0:',
		how: {
			code: 'veuillez saisir le code qui figure dans l’e-mail du lien.',
			address: 'veuillez saisir l’adresse e-mail à laquelle ce lien est destiné.',
		},
		wrong: {
			code: 'Ce code n’a pas fonctionné. Veuillez le comparer avec l’e-mail qui contient le lien.',
			address: 'Le lien n’est pas destiné à cette adresse. Veuillez la vérifier.',
		},
		spent:
			'Il y a eu trop d’essais. Veuillez demander un nouveau lien\u00a0: cela ne prend qu’un instant.',
		button: 'Se connecter',
		busy: 'Connexion en cours…',
		again: 'Recevoir un nouveau lien par e-mail',
		againBusy: 'Demande d’un nouveau lien…',
	},
	pt: {
		title: 'Mais um passo',
		why: 'Alguns programas de e-mail abrem links sozinhos. Para termos certeza de que é você:',
		how: {
			code: 'digite o código que está no e-mail do link, por favor.',
			address: 'digite o endereço de e-mail para o qual este link foi feito, por favor.',
		},
		wrong: {
			code: 'Esse código não funcionou. Compare-o com o e-mail em que está o link, por favor.',
			address: 'O link não é para este endereço. Confira-o, por favor.',
		},
		spent: 'Foram tentativas demais. Peça um novo link, por favor: leva só um instante.',
		button: 'Entrar',
		busy: 'Entrando…',
		again: 'Enviar um novo link para meu e-mail',
		againBusy: 'Pedindo um novo link…',
	},
};

/** Asked when a press of the button looks like a mail scanner's (R10). The link stays good, and a new one is a click away. */
export function questionPage(props: QuestionPageProps): string {
	const { portal, locale, asks, trouble, ...secrets } = props;
	const said = words[locale];
	const notice = {
		...{ wrong: said.wrong[asks], spent: said.spent },
		no_code: noCodeNotice(locale),
	};
	const content = html`<h1>${said.title}</h1>
		${trouble !== null && html`<p class="notice" role="alert">${notice[trouble]}</p>`}
		${trouble !== 'spent' && answerForm(props)}
		<form method="post" action="/l/new">
			${hidden(secrets)}
			<button class="button plain" data-busy="${said.againBusy}">${said.again}</button>
		</form>`;
	return clientDocument({ locale, title: said.title, portal, content, script: linkScript });
}

function answerForm({ locale, asks, ...secrets }: QuestionPageProps): Html {
	const said = words[locale];
	return html`<p>${said.why} ${said.how[asks]}</p>
		<form method="post" action="/l" class="stack">
			${hidden(secrets)}
			<input type="hidden" name="asked" value="1" />
			${asks === 'code' ? codeField(locale) : addressField(locale)}
			<button class="button" data-busy="${said.busy}">${said.button}</button>
		</form>`;
}

function hidden({ token, formToken }: Pick<QuestionPageProps, 'token' | 'formToken'>): Html {
	return html`<input type="hidden" name="token" value="${token}" />
		<input type="hidden" name="formToken" value="${formToken}" />`;
}
