import type { Words } from '../../../locale.ts';

/** How one of the two parts sets off what its reader looks for: tags in HTML, nothing in plain text. */
export interface Manner {
	strong: (text: string) => string;
	/** An e-mail address that can be pressed. */
	address: (text: string) => string;
}

const date = '<< contact.magic_link_expires_at | date long >>';
const time = '<< contact.magic_link_expires_at | time short >>';
/** Only who has no time zone of their own has to be told which one it is. */
const zone = '<< #unless contact.time_zone >> (<< portal.time_zone >>)<< /unless >>';
const code = '<< contact.login_code >>';
export const support = '<< portal.support_email >>';

/** `before` and the first name, or nothing where it is not known. */
const firstName = (before: string) =>
	`<< #if contact.first_name >>${before}<< contact.first_name >><< /if >>`;

const en = ({ strong, address }: Manner) => ({
	greeting: 'Hi << contact.first_name | there >>,',
	expires: `The link works once, until ${strong(`${date}, ${time}${zone}`)}.`,
	renewal: 'If it has expired, open it anyway: the page can send you a new one.',
	code: `If a page asks you for a code: ${strong(code)}`,
	copy: 'If the button does nothing, copy this link into your browser:',
	keep: 'Please do not forward this e-mail and tell nobody the code, they are yours alone.',
	questions: `Questions? Write to ${address(support)}.`,
});

/** What several of the built-in e-mails say. */
export const commonWords: Words<typeof en> = {
	en,
	de: ({ strong, address }) => ({
		greeting: `Guten Tag${firstName(' ')},`,
		expires: `Der Link funktioniert nur einmal, bis zum ${strong(`${date}, ${time}\u00a0Uhr${zone}`)}.`,
		renewal:
			'Ist er abgelaufen, öffnen Sie ihn trotzdem: Die Seite kann Ihnen einen neuen schicken.',
		code: `Falls eine Seite Sie nach einem Code fragt: ${strong(code)}`,
		copy: 'Falls der Knopf nichts bewirkt, kopieren Sie diesen Link in Ihren Browser:',
		keep: 'Bitte leiten Sie diese E-Mail nicht weiter und nennen Sie niemandem den Code: Beides ist nur für Sie.',
		questions: `Fragen? Schreiben Sie an ${address(support)}.`,
	}),
	es: ({ strong, address }) => ({
		greeting: `Hola${firstName(', ')}:`,
		expires: `El enlace funciona una sola vez, hasta el ${strong(`${date}, ${time}${zone}`)}.`,
		renewal: 'Si ha caducado, ábralo de todos modos: la página puede enviarle uno nuevo.',
		code: `Si una página le pide un código: ${strong(code)}`,
		copy: 'Si el botón no hace nada, copie este enlace en su navegador:',
		keep: 'No reenvíe este correo ni diga el código a nadie, por favor: son solo para usted.',
		questions: `¿Tiene preguntas? Escriba a ${address(support)}.`,
	}),
	fr: ({ strong, address }) => ({
		greeting: `Bonjour${firstName(' ')},`,
		expires: `Le lien ne fonctionne qu’une fois, jusqu’au ${strong(`${date} à ${time}${zone}`)}.`,
		renewal: 'S’il a expiré, ouvrez-le quand même\u00a0: la page peut vous en envoyer un nouveau.',
		code: `Si une page vous demande un code\u00a0: ${strong(code)}`,
		copy: 'Si le bouton ne fait rien, copiez ce lien dans votre navigateur\u00a0:',
		keep: 'Veuillez ne pas transférer cet e-mail et ne donner le code à personne\u00a0: ils ne sont que pour vous.',
		questions: `Des questions\u00a0? Écrivez à ${address(support)}.`,
	}),
	pt: ({ strong, address }) => ({
		greeting: `Olá${firstName(', ')},`,
		expires: `O link funciona uma única vez, até ${strong(`${date}, ${time}${zone}`)}.`,
		renewal: 'Se ele tiver expirado, abra-o mesmo assim: a página pode enviar um novo.',
		code: `Se uma página pedir um código: ${strong(code)}`,
		copy: 'Se o botão não fizer nada, copie este link para seu navegador:',
		keep: 'Por favor, não encaminhe este e-mail nem diga o código a ninguém: eles são só seus.',
		questions: `Dúvidas? Escreva para ${address(support)}.`,
	}),
};
