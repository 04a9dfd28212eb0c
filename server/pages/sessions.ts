import type { Device } from '../services/devices.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** A browser in which the client is signed in. */
export interface PageSession {
	id: string;
	device: Device;
	/** When it signed in. */
	at: number;
	/** True for the browser that looks at the page. */
	current: boolean;
}

const words = {
	title: 'Where you are signed in',
	current: 'This browser',
	on: 'on',
	unknown: 'Unknown device',
	since: 'since',
	end: 'Sign out there',
	endAll: 'Sign out everywhere else',
};

/** The client's live sessions; each but the one in use, and all of these together, can be ended. */
export function sessionList(sessions: readonly PageSession[], timeZone: string): Html {
	const others = sessions.filter(({ current }) => !current);
	return html`<section class="stack" aria-labelledby="sessions">
		<h2 id="sessions">${words.title}</h2>
		<ul class="rows">
			${sessions.map((session) => row(session, timeZone))}
		</ul>
		${others.length > 1 && endForm('others', words.endAll, words.endAll)}
	</section>`;
}

/** "Chrome on Windows", as far as it is known. */
function deviceName({ browser, system }: Device): string {
	if (browser !== null && system !== null) return `${browser} ${words.on} ${system}`;
	return browser ?? system ?? words.unknown;
}

function row({ id, device, at, current }: PageSession, timeZone: string): Html {
	const name = deviceName(device);
	return html`<li>
		<div>
			<b>${current ? words.current : name}</b>
			<span class="small soft"
				>${current && `${name}, `}${words.since} ${moment(at, timeZone)}</span
			>
		</div>
		${!current && endForm(id, words.end, `${words.end}: ${name}`)}
	</li>`;
}

function endForm(which: string, label: string, spoken: string): Html {
	return html`<form method="post" action="/sessions/end">
		<input type="hidden" name="session" value="${which}" />
		<button class="button plain compact" aria-label="${spoken}">${label}</button>
	</form>`;
}

function moment(at: number, timeZone: string): Html {
	const format = new Intl.DateTimeFormat('en-GB', {
		dateStyle: 'medium',
		timeStyle: 'short',
		timeZone,
	});
	return html`<time datetime="${new Date(at).toISOString()}">${format.format(at)}</time>`;
}
