import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';

/** What a person can run into that has no page of its own. */
export type Trouble = keyof typeof en.troubles;

export interface ErrorPageProps {
	/** Null when it is not known, as before the portal was read. */
	portal: PagePortal | null;
	locale: Locale;
	trouble: Trouble;
	/** When to try again, where that is known. */
	waitSeconds?: number | undefined;
	/** The request id, which support can look up in the log. */
	reference?: string;
}

const en = {
	reference: 'Reference:',
	again: (when: string) => `Please try again ${when}.`,
	troubles: {
		no_portal: {
			title: 'There is no client portal at this address',
			sentence: 'Please check the address, or open the link in your e-mail again.',
		},
		not_found: {
			title: 'This page does not exist',
			sentence: 'Please check the address, or go to the start page of the portal.',
		},
		method_not_allowed: {
			title: 'This page cannot be opened like that',
			sentence: 'Please open the link in your e-mail again.',
		},
		cross_origin: {
			title: 'That came from another site',
			sentence:
				'To keep you safe we accept our own pages only. Please open the link in your e-mail again.',
		},
		too_many_requests: {
			title: 'Too many requests from your network',
			sentence: 'To keep everybody safe we have to wait a little.',
		},
		unavailable: {
			title: 'We cannot sign you in right now',
			sentence: 'Nothing is lost and your link stays good. Please try again in a few minutes.',
		},
		other: {
			title: 'Something went wrong on our side',
			sentence: 'Nothing is lost. Please try again in a minute.',
		},
	},
};

const words: Words<typeof en> = {
	en,
	de: {
		reference: 'Kennung für Rückfragen:',
		again: (when) => `Bitte versuchen Sie es ${when} noch einmal.`,
		troubles: {
			no_portal: {
				title: 'Unter dieser Adresse gibt es kein Kundenportal',
				sentence:
					'Bitte prüfen Sie die Adresse, oder öffnen Sie den Link in Ihrer E-Mail noch einmal.',
			},
			not_found: {
				title: 'Diese Seite gibt es nicht',
				sentence: 'Bitte prüfen Sie die Adresse, oder gehen Sie zur Startseite des Portals.',
			},
			method_not_allowed: {
				title: 'So lässt sich diese Seite nicht öffnen',
				sentence: 'Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal.',
			},
			cross_origin: {
				title: 'Das kam von einer anderen Website',
				sentence:
					'Zu Ihrer Sicherheit nehmen wir nur unsere eigenen Seiten an. Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal.',
			},
			too_many_requests: {
				title: 'Zu viele Anfragen aus Ihrem Netz',
				sentence: 'Damit alle sicher sind, müssen wir ein wenig warten.',
			},
			unavailable: {
				title: 'Wir können Sie gerade nicht anmelden',
				sentence:
					'Nichts ist verloren, und Ihr Link bleibt gültig. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
			},
			other: {
				title: 'Bei uns ist etwas schiefgegangen',
				sentence: 'Nichts ist verloren. Bitte versuchen Sie es in einer Minute noch einmal.',
			},
		},
	},
	es: {
		reference: 'Número de referencia:',
		again: (when) => `Inténtelo de nuevo ${when}, por favor.`,
		troubles: {
			no_portal: {
				title: 'En esta dirección no hay ningún portal de clientes',
				sentence: 'Revise la dirección o vuelva a abrir el enlace de su correo, por favor.',
			},
			not_found: {
				title: 'Esta página no existe',
				sentence: 'Revise la dirección o vaya a la página de inicio del portal, por favor.',
			},
			method_not_allowed: {
				title: 'Esta página no se puede abrir así',
				sentence: 'Vuelva a abrir el enlace de su correo, por favor.',
			},
			cross_origin: {
				title: 'Eso vino de otro sitio',
				sentence:
					'Por su seguridad, solo aceptamos nuestras propias páginas. Vuelva a abrir el enlace de su correo, por favor.',
			},
			too_many_requests: {
				title: 'Demasiadas peticiones desde su red',
				sentence: 'Por la seguridad de todos, hay que esperar un poco.',
			},
			unavailable: {
				title: 'Ahora mismo no podemos darle entrada',
				sentence:
					'No se ha perdido nada y su enlace sigue sirviendo. Inténtelo de nuevo en unos minutos, por favor.',
			},
			other: {
				title: 'Algo ha fallado por nuestra parte',
				sentence: 'No se ha perdido nada. Inténtelo de nuevo en un minuto, por favor.',
			},
		},
	},
	fr: {
		reference: 'Référence\u00a0:',
		again: (when) => `Veuillez réessayer ${when}.`,
		troubles: {
			no_portal: {
				title: 'Il n’y a pas d’espace client à cette adresse',
				sentence: 'Veuillez vérifier l’adresse ou rouvrir le lien de votre e-mail.',
			},
			not_found: {
				title: 'Cette page n’existe pas',
				sentence: 'Veuillez vérifier l’adresse ou aller à la page d’accueil de votre espace.',
			},
			method_not_allowed: {
				title: 'Cette page ne peut pas être ouverte ainsi',
				sentence: 'Veuillez rouvrir le lien de votre e-mail.',
			},
			cross_origin: {
				title: 'Cela venait d’un autre site',
				sentence:
					'Pour votre sécurité, nous n’acceptons que nos propres pages. Veuillez rouvrir le lien de votre e-mail.',
			},
			too_many_requests: {
				title: 'Trop de demandes depuis votre réseau',
				sentence: 'Pour la sécurité de tous, il faut patienter un peu.',
			},
			unavailable: {
				title: 'Nous ne pouvons pas vous connecter pour le moment',
				sentence:
					'Rien n’est perdu et votre lien reste bon. Veuillez réessayer dans quelques minutes.',
			},
			other: {
				title: 'Un problème est survenu de notre côté',
				sentence: 'Rien n’est perdu. Veuillez réessayer dans une minute.',
			},
		},
	},
	pt: {
		reference: 'Número de referência:',
		again: (when) => `Tente de novo ${when}, por favor.`,
		troubles: {
			no_portal: {
				title: 'Não há nenhum portal de clientes neste endereço',
				sentence: 'Confira o endereço ou abra de novo o link do seu e-mail, por favor.',
			},
			not_found: {
				title: 'Esta página não existe',
				sentence: 'Confira o endereço ou vá para a página inicial do portal, por favor.',
			},
			method_not_allowed: {
				title: 'Esta página não pode ser aberta assim',
				sentence: 'Abra de novo o link do seu e-mail, por favor.',
			},
			cross_origin: {
				title: 'Isso veio de outro site',
				sentence:
					'Para sua segurança, só aceitamos nossas próprias páginas. Abra de novo o link do seu e-mail, por favor.',
			},
			too_many_requests: {
				title: 'Pedidos demais vindos da sua rede',
				sentence: 'Para a segurança de todos, é preciso esperar um pouco.',
			},
			unavailable: {
				title: 'Não conseguimos abrir sua conta agora',
				sentence:
					'Nada se perdeu e seu link continua valendo. Tente de novo em alguns minutos, por favor.',
			},
			other: {
				title: 'Algo deu errado do nosso lado',
				sentence: 'Nada se perdeu. Tente de novo em um minuto, por favor.',
			},
		},
	},
};

/** Any trouble that has no page of its own: what happened and what to do, for somebody who is no expert. */
export function errorPage({
	portal,
	locale,
	trouble,
	waitSeconds,
	reference,
}: ErrorPageProps): string {
	const said = words[locale];
	const { title, sentence } = said.troubles[trouble];
	const content = html`<h1>${title}</h1>
		<p class="soft">
			${sentence} ${waitSeconds !== undefined && said.again(inMinutes(waitSeconds, locale))}
		</p>
		${reference !== undefined &&
		html`<p class="small soft">${said.reference} <code>${reference}</code></p>`}`;
	return clientDocument({ locale, title, portal, content });
}

/** "in 3 minutes", in the page's language. */
function inMinutes(seconds: number, locale: Locale): string {
	return new Intl.RelativeTimeFormat(locale).format(Math.ceil(seconds / 60), 'minute');
}
