import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clientDocument, nameHtml } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { maskEmail } from './mask.ts';
import { linkScript } from './scripts.ts';

interface Person {
	firstName: string | null;
	email: string;
}

export interface SwitchPageProps {
	portal: PagePortal;
	locale: Locale;
	/** Who is signed in in this browser, and whose link or code it is; addresses are shown masked. */
	present: Person;
	next: Person;
	/** The form that was sent, to be sent again. */
	action: string;
	fields: Record<string, string>;
}

const en = {
	title: 'Sign in as somebody else?',
	present: (person: Html) => html`In this browser ${person} is signed in.`,
	next: (person: Html) => html`The link or code you used is for ${person}.`,
	switch: (person: Html) => html`Sign out, and sign in as ${person}`,
	busy: 'Signing you in…',
	stay: 'Stay signed in',
	kept: 'If you stay, nothing happens: the link and the code can still be used.',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Als jemand anderes anmelden?',
		present: (person) => html`In diesem Browser ist ${person} angemeldet.`,
		next: (person) => html`Ihr Link oder Code gehört zu ${person}.`,
		switch: (person) => html`Abmelden und als ${person} anmelden`,
		busy: 'Sie werden angemeldet …',
		stay: 'Angemeldet bleiben',
		kept: 'Wenn Sie bleiben, passiert nichts: Link und Code lassen sich weiterhin verwenden.',
	},
	es: {
		title: '¿Entrar como otra persona?',
		present: (person) => html`En este navegador está abierta la cuenta de ${person}.`,
		next: (person) => html`El enlace o el código que ha usado es para ${person}.`,
		switch: (person) => html`Salir y entrar como ${person}`,
		busy: 'Entrando…',
		stay: 'Seguir como hasta ahora',
		kept: 'Si se queda, no pasa nada: el enlace y el código siguen sirviendo.',
	},
	fr: {
		title: 'Se connecter avec un autre compte\u00a0?',
		present: (person) => html`Dans ce navigateur, le compte de ${person} est ouvert.`,
		next: (person) => html`Le lien ou le code que vous avez utilisé est pour ${person}.`,
		switch: (person) => html`Se déconnecter et continuer en tant que ${person}`,
		busy: 'Connexion en cours…',
		stay: 'Rester dans ce compte',
		kept: 'Si vous restez, rien ne se passe\u00a0: le lien et le code pourront encore servir.',
	},
	pt: {
		title: 'Entrar como outra pessoa?',
		present: (person) => html`Neste navegador está aberta a conta de ${person}.`,
		next: (person) => html`O link ou o código que você usou é para ${person}.`,
		switch: (person) => html`Sair e entrar como ${person}`,
		busy: 'Entrando…',
		stay: 'Ficar nesta conta',
		kept: 'Se você ficar, nada acontece: o link e o código continuam valendo.',
	},
};

/** Asked before a browser changes from one person to another (R16). Until its button is pressed nothing is used up. */
export function switchPage(props: SwitchPageProps): string {
	const { portal, locale, present, next, action, fields } = props;
	const said = words[locale];
	const hidden = Object.entries(fields).map(
		([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
	);
	const content = html`<h1>${said.title}</h1>
		<p>${said.present(personHtml(present))} ${said.next(personHtml(next))}</p>
		<form method="post" action="${action}">
			${hidden}<input type="hidden" name="switch" value="yes" />
			<button class="button" data-busy="${said.busy}">
				${said.switch(nameHtml(next.firstName ?? maskEmail(next.email)))}
			</button>
		</form>
		<a class="button plain" href="/">${said.stay}</a>
		<p class="small soft">${said.kept}</p>`;
	return clientDocument({ locale, title: said.title, portal, content, script: linkScript });
}

function personHtml({ firstName, email }: Person): Html {
	const masked = html`<bdi dir="ltr">${maskEmail(email)}</bdi>`;
	return firstName === null ? masked : html`<b>${nameHtml(firstName)}</b> (${masked})`;
}
