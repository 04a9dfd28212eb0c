import { webUrl } from './brand.ts';
import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';
import type { Locale, Words } from './locale.ts';
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
}

const en = {
	welcome: 'Welcome',
	signedIn: (portal: Html, address: Html): Html =>
		html`You are signed in to ${portal} as ${address}.`,
	open: (portal: Html): Html => html`Continue to ${portal}`,
	signOut: 'Sign out',
};

const words: Words<typeof en> = {
	en,
	de: {
		welcome: 'Willkommen',
		signedIn: (portal, address) => html`Sie sind bei ${portal} als ${address} angemeldet.`,
		open: (portal) => html`Weiter zu ${portal}`,
		signOut: 'Abmelden',
	},
	es: {
		welcome: 'Le damos la bienvenida',
		signedIn: (portal, address) => html`Ha entrado en ${portal} como ${address}.`,
		open: (portal) => html`Continuar a ${portal}`,
		signOut: 'Salir',
	},
	fr: {
		welcome: 'Bienvenue',
		signedIn: (portal, address) => html`Vous êtes dans ${portal} en tant que ${address}.`,
		open: (portal) => html`Continuer vers ${portal}`,
		signOut: 'Se déconnecter',
	},
	pt: {
		welcome: 'Que bom ter você aqui',
		signedIn: (portal, address) => html`Você entrou em ${portal} como ${address}.`,
		open: (portal) => html`Continuar para ${portal}`,
		signOut: 'Sair',
	},
};

/** The portal's own page for a client who is signed in. */
export function portalPage(props: PortalPageProps): string {
	const { portal, locale, contact, sessions, timeZone } = props;
	const said = words[locale];
	const name: HtmlValue = contact.name !== '' && html`, ${nameHtml(contact.name)}`;
	const app = webUrl(portal.appUrl);
	const content = html`<h1>${said.welcome}${name}</h1>
		<p class="soft">${said.signedIn(nameHtml(portal.name), html`<bdi>${contact.email}</bdi>`)}</p>
		${app !== null &&
		html`<p><a class="button" href="${app.href}">${said.open(nameHtml(portal.name))}</a></p>`}
		<form method="post" action="/sign-out">
			<button class="button plain">${said.signOut}</button>
		</form>
		${sessionList(sessions, { locale, timeZone })}`;
	return clientDocument({ locale, title: portal.name, portal, content });
}
