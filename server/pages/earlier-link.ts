import type { Device } from '../services/devices.ts';
import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { deviceName, moment } from './sessions.ts';

export interface EarlierLinkPageProps {
	portal: PagePortal;
	locale: Locale;
	/** IANA name of the time zone that times are shown in. */
	timeZone: string;
	/** With what, and when, the earlier link was used. */
	session: { device: Device; at: number };
	/** An admin of the portal used it, to see what the client sees. */
	isVisit: boolean;
	/** Where the new link leads. */
	destination: string;
}

const en = {
	title: 'Your earlier link was used before you came',
	used: (device: string, at: Html): Html =>
		html`It was used with ${device} on ${at}, and that browser is still signed in.`,
	safe: 'Was it you? Then there is nothing to do.',
	goOn: 'It was me: continue',
	end: 'It was not me: sign out there',
	visited: (at: Html): Html => html`The portal’s team used it on ${at}, to see what you see.`,
	goOnAfterVisit: 'Continue',
	endVisit: 'End their visit',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Ihr voriger Link wurde schon vor Ihnen benutzt',
		used: (device, at) =>
			html`Benutzt wurde er am ${at} (${device}), und dieser Browser ist noch angemeldet.`,
		safe: 'Waren Sie das selbst? Dann ist nichts zu tun.',
		goOn: 'Das war ich: weiter',
		end: 'Das war ich nicht: dort abmelden',
		visited: (at) =>
			html`Das Team des Portals hat ihn am ${at} benutzt, um zu sehen, was Sie sehen.`,
		goOnAfterVisit: 'Weiter',
		endVisit: 'Diesen Besuch beenden',
	},
	es: {
		title: 'Su enlace anterior se usó antes de que usted llegara',
		used: (device, at) =>
			html`Se usó el ${at} (${device}), y en ese navegador su cuenta sigue abierta.`,
		safe: '¿Fue usted? Entonces no hay nada que hacer.',
		goOn: 'Fui yo: continuar',
		end: 'No fui yo: cerrar allí',
		visited: (at) => html`El equipo del portal lo usó el ${at} para ver lo que usted ve.`,
		goOnAfterVisit: 'Continuar',
		endVisit: 'Terminar esa visita',
	},
	fr: {
		title: 'Votre lien précédent a été utilisé avant votre arrivée',
		used: (device, at) =>
			html`Il a été utilisé le ${at} (${device}), et ce navigateur est toujours connecté.`,
		safe: 'C’était vous\u00a0? Alors il n’y a rien à faire.',
		goOn: 'C’était moi\u00a0: continuer',
		end: 'Ce n’était pas moi\u00a0: déconnecter cet appareil',
		visited: (at) => html`L’équipe du portail l’a utilisé le ${at}, pour voir ce que vous voyez.`,
		goOnAfterVisit: 'Continuer',
		endVisit: 'Mettre fin à cette visite',
	},
	pt: {
		title: 'Seu link anterior foi usado antes de você chegar',
		used: (device, at) =>
			html`Ele foi usado em ${at} (${device}), e esse navegador continua com a conta aberta.`,
		safe: 'Foi você? Então não é preciso fazer nada.',
		goOn: 'Fui eu: continuar',
		end: 'Não fui eu: sair de lá',
		visited: (at) => html`A equipe do portal o usou em ${at} para ver o que você vê.`,
		goOnAfterVisit: 'Continuar',
		endVisit: 'Encerrar essa visita',
	},
};

/** After a sign-in with a new link: when and with what the old one was used, and a button that ends that (R13). */
export function earlierLinkPage(props: EarlierLinkPageProps): string {
	const { portal, locale, timeZone, session, isVisit, destination } = props;
	const said = words[locale];
	const at = moment(session.at, { locale, timeZone });
	const content = html`<h1>${said.title}</h1>
		${isVisit
			? html`<p>${said.visited(at)}</p>`
			: html`<p>${said.used(deviceName(session.device, locale), at)}</p>
					<p>${said.safe}</p>`}
		<p>
			<a class="button" href="${destination}">${isVisit ? said.goOnAfterVisit : said.goOn}</a>
		</p>
		<form method="post" action="/earlier-link">
			<button class="button plain">${isVisit ? said.endVisit : said.end}</button>
		</form>`;
	return clientDocument({ locale, title: said.title, portal, content });
}
