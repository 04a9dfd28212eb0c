import { webUrl } from './brand.ts';
import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument, nameHtml, visitNotice } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { sessionList } from './sessions.ts';
import type { PageSession } from './sessions.ts';

export interface PortalPageProps {
	portal: PagePortal & { appUrl: string | null };
	locale: Locale;
	/** The client who is signed in; an empty `name` shows the address in its place. */
	contact: { name: string; email: string };
	/** Newest first. */
	sessions: readonly PageSession[];
	/** IANA name of the time zone that times are shown in. */
	timeZone: string;
	/** The admin's language, where one looks at it as this client; else null. */
	visitLocale: Locale | null;
}

const en = {
	welcome: 'Welcome',
	signedIn: (portal: Html, address: Html): Html =>
		html`You are signed in to ${portal} as ${address}.`,
	open: (portal: Html): Html => html`Continue to ${portal}`,
	signOut: 'Sign out',
	visit:
		'You are signed in as an admin and see the portal as this person does. Sign out to end your visit.',
};

const words: Words<typeof en> = {
	en,
	de: {
		welcome: 'Willkommen',
		signedIn: (portal, address) => html`Sie sind bei ${portal} als ${address} angemeldet.`,
		open: (portal) => html`Weiter zu ${portal}`,
		signOut: 'Abmelden',
		visit:
			'Sie sind als Administrator angemeldet und sehen das Portal wie diese Person. Melden Sie sich ab, um Ihren Besuch zu beenden.',
	},
	es: {
		welcome: 'Le damos la bienvenida',
		signedIn: (portal, address) => html`Ha entrado en ${portal} como ${address}.`,
		open: (portal) => html`Continuar a ${portal}`,
		signOut: 'Salir',
		visit:
			'Ha entrado como administrador y ve el portal como lo ve esta persona. Salga para terminar su visita.',
	},
	fr: {
		welcome: 'Bienvenue',
		signedIn: (portal, address) => html`Vous êtes dans ${portal} en tant que ${address}.`,
		open: (portal) => html`Continuer vers ${portal}`,
		signOut: 'Se déconnecter',
		visit:
			'Vous êtes connecté en tant qu’administrateur et voyez le portail comme cette personne. Déconnectez-vous pour terminer votre visite.',
	},
	pt: {
		welcome: 'Que bom ter você aqui',
		signedIn: (portal, address) => html`Você entrou em ${portal} como ${address}.`,
		open: (portal) => html`Continuar para ${portal}`,
		signOut: 'Sair',
		visit:
			'Você entrou como administrador e vê o portal como esta pessoa o vê. Saia para terminar sua visita.',
	},
};

/** The portal's own page for a client who is signed in. */
export function portalPage(props: PortalPageProps): string {
	const { portal, locale, contact, sessions, timeZone, visitLocale } = props;
	const said = words[locale];
	const name: HtmlValue = contact.name !== '' && html`, ${nameHtml(contact.name)}`;
	const app = webUrl(portal.appUrl);
	const content = html`<h1>${said.welcome}${name}</h1>
		<p class="soft">${said.signedIn(nameHtml(portal.name), html`<bdi>${contact.email}</bdi>`)}</p>
		${visitLocale && visitNotice(words[visitLocale].visit, visitLocale)}
		${app !== null &&
		html`<p><a class="button" href="${app.href}">${said.open(nameHtml(portal.name))}</a></p>`}
		<form method="post" action="/sign-out">
			<button class="button plain">${said.signOut}</button>
		</form>
		${sessionList(sessions, { locale, timeZone })}`;
	return clientDocument({ locale, title: portal.name, portal, content });
}
