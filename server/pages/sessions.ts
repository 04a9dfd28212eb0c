import type { Device } from '../services/devices.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Locale, Words } from '../locale.ts';

/** A browser in which the client is signed in. */
export interface PageSession {
	id: string;
	device: Device;
	/** When it signed in. */
	at: number;
	/** True for the browser that looks at the page. */
	current: boolean;
	/** An admin of the portal looks at it as this client. */
	isVisit: boolean;
}

/** How moments are shown. */
interface Manner {
	locale: Locale;
	/** IANA name of a time zone. */
	timeZone: string;
}

const en = {
	title: 'Where you are signed in',
	current: 'This browser',
	device: (browser: string, system: string) => `${browser} on ${system}`,
	unknown: 'Unknown device',
	visit: 'A visit by the portal’s team',
	since: 'since',
	end: 'Sign out there',
	endAll: 'Sign out everywhere else',
};

const words: Words<typeof en> = {
	en,
	de: {
		title: 'Wo Sie angemeldet sind',
		current: 'Dieser Browser',
		device: (browser, system) => `${browser} auf ${system}`,
		unknown: 'Unbekanntes Gerät',
		visit: 'Ein Besuch des Portal-Teams',
		since: 'seit',
		end: 'Dort abmelden',
		endAll: 'Überall sonst abmelden',
	},
	es: {
		title: 'Dónde tiene abierta su cuenta',
		current: 'Este navegador',
		device: (browser, system) => `${browser} en ${system}`,
		unknown: 'Dispositivo desconocido',
		visit: 'Una visita del equipo del portal',
		since: 'desde',
		end: 'Cerrar allí',
		endAll: 'Cerrar en todos los demás',
	},
	fr: {
		title: 'Où votre compte est ouvert',
		current: 'Ce navigateur',
		device: (browser, system) => `${browser} sur ${system}`,
		unknown: 'Appareil inconnu',
		visit: 'Une visite de l’équipe du portail',
		since: 'depuis',
		end: 'Déconnecter',
		endAll: 'Déconnecter tous les autres',
	},
	pt: {
		title: 'Onde sua conta está aberta',
		current: 'Este navegador',
		device: (browser, system) => `${browser} em ${system}`,
		unknown: 'Aparelho desconhecido',
		visit: 'Uma visita da equipe do portal',
		since: 'desde',
		end: 'Sair de lá',
		endAll: 'Sair de todos os outros',
	},
};

/** The client's live sessions; each but the one in use, and all of these together, can be ended. */
export function sessionList(sessions: readonly PageSession[], manner: Manner): Html {
	const said = words[manner.locale];
	const others = sessions.filter(({ current }) => !current);
	return html`<section class="stack" aria-labelledby="sessions">
		<h2 id="sessions">${said.title}</h2>
		<ul class="rows">
			${sessions.map((session) => row(session, manner))}
		</ul>
		${others.length > 1 && endForm('others', said.endAll, said.endAll)}
	</section>`;
}

/** "Chrome on Windows", as far as it is known. */
export function deviceName({ browser, system }: Device, locale: Locale = 'en'): string {
	const said = words[locale];
	if (browser !== null && system !== null) return said.device(browser, system);
	return browser ?? system ?? said.unknown;
}

function row({ id, device, at, current, isVisit }: PageSession, manner: Manner): Html {
	const said = words[manner.locale];
	const name = deviceName(device, manner.locale);
	const title = current ? said.current : isVisit ? said.visit : name;
	return html`<li>
		<div>
			<b>${title}</b>
			<span class="small soft"
				>${title !== name && `${name}, `}${said.since} ${moment(at, manner)}</span
			>
		</div>
		${!current && endForm(id, said.end, `${said.end}: ${name}`)}
	</li>`;
}

function endForm(which: string, label: string, spoken: string): Html {
	return html`<form method="post" action="/sessions/end">
		<input type="hidden" name="session" value="${which}" />
		<button class="button plain compact" aria-label="${spoken}">${label}</button>
	</form>`;
}

/** A moment as the client reads it. */
export function moment(at: number, { locale, timeZone }: Manner): Html {
	const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
		dateStyle: 'medium',
		timeStyle: 'short',
		timeZone,
	});
	return html`<time datetime="${new Date(at).toISOString()}">${format.format(at)}</time>`;
}
