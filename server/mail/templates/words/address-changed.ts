import type { Words } from '../../../locale.ts';
import { support, type Manner } from './common.ts';

/** Whom to tell: the support address where the portal has one, else the portal. */
const either = (write: string, tell: string) =>
	`<< #if portal.support_email >>${write}<< else >>${tell}<< /if >>`;

const en = ({ address }: Manner) => ({
	subject: 'Your e-mail address for << portal.name >> was changed',
	preview: 'Sign-in e-mails no longer come to this address.',
	headline: 'Your e-mail address was changed',
	changed:
		'the e-mail address with which you sign in to << portal.name >> was changed. Sign-in e-mails no longer come to this address, and everyone who was signed in has been signed out.',
	known: 'If you know about this, there is nothing to do.',
	unknown: `If you do not, ${either(`write to ${address(support)}`, 'please tell << portal.name >> at once')}.`,
});

export const addressChangedWords: Words<typeof en> = {
	en,
	de: ({ address }) => ({
		subject: 'Ihre E-Mail-Adresse für << portal.name >> wurde geändert',
		preview: 'Anmeldelinks gehen nicht mehr an diese Adresse.',
		headline: 'Ihre E-Mail-Adresse wurde geändert',
		changed:
			'die E-Mail-Adresse, mit der Sie sich bei << portal.name >> anmelden, wurde geändert. Anmeldelinks gehen nicht mehr an diese Adresse, und wer angemeldet war, wurde überall abgemeldet.',
		known: 'Wenn Sie davon wissen, ist nichts zu tun.',
		unknown: `Wenn nicht, ${either(`schreiben Sie bitte an ${address(support)}`, 'geben Sie bitte << portal.name >> sofort Bescheid')}.`,
	}),
	es: ({ address }) => ({
		subject: 'Su dirección de correo para << portal.name >> ha cambiado',
		preview: 'Los enlaces para entrar ya no llegan a esta dirección.',
		headline: 'Su dirección de correo ha cambiado',
		changed:
			'La dirección de correo con la que entra en << portal.name >> ha cambiado. Los enlaces para entrar ya no llegan a esta dirección, y quien había entrado ha salido en todos los navegadores.',
		known: 'Si está al tanto, no hay nada que hacer.',
		unknown: `Si no, ${either(`escriba a ${address(support)}`, 'avise a << portal.name >> cuanto antes')}, por favor.`,
	}),
	fr: ({ address }) => ({
		subject: 'Votre adresse e-mail pour << portal.name >> a été modifiée',
		preview: 'Les liens de connexion ne sont plus envoyés à cette adresse.',
		headline: 'Votre adresse e-mail a été modifiée',
		changed:
			'L’adresse e-mail avec laquelle vous vous connectez à << portal.name >> a été modifiée. Les liens de connexion ne sont plus envoyés à cette adresse, et tous les appareils connectés ont été déconnectés.',
		known: 'Si vous êtes au courant, il n’y a rien à faire.',
		unknown: `Sinon, ${either(`veuillez écrire à ${address(support)}`, 'veuillez prévenir << portal.name >> sans attendre')}.`,
	}),
	pt: ({ address }) => ({
		subject: 'Seu endereço de e-mail para << portal.name >> foi alterado',
		preview: 'Os links para entrar não chegam mais a este endereço.',
		headline: 'Seu endereço de e-mail foi alterado',
		changed:
			'O endereço de e-mail com o qual você entra em << portal.name >> foi alterado. Os links para entrar não chegam mais a este endereço, e quem tinha entrado saiu em todos os navegadores.',
		known: 'Se você sabe disso, não é preciso fazer nada.',
		unknown: `Se não sabe, por favor ${either(`escreva para ${address(support)}`, 'avise << portal.name >> o quanto antes')}.`,
	}),
};
