import type { InvitationState } from '../../store/store.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { copyScript } from '../scripts.ts';
import { deviceName } from '../sessions.ts';
import type { PageSession } from '../sessions.ts';
import { stateWords } from './contacts.ts';
import { copyField, copyStatus } from './copy-field.ts';
import { adminDocument, timeHtml, zonedTimeHtml, zoneNote } from './layout.ts';
import type { AdminFrame } from './layout.ts';

export interface ContactPageProps {
	frame: AdminFrame;
	contact: {
		id: string;
		/** May be empty. */
		name: string;
		email: string;
		state: InvitationState;
		invitedAt: number | null;
		joinedAt: number | null;
		lastLoginAt: number | null;
	};
	sessions: readonly Omit<PageSession, 'current'>[];
	/** Newest first. */
	activity: readonly { sentence: string; at: number }[];
	/** A link generated just now, shown this once (R46). */
	link: { url: string; expiresAt: number } | null;
	/** IANA name of the time zone that times are shown in. */
	timeZone: string;
}

const words = {
	back: '← Contacts',
	email: 'E-mail',
	state: 'State',
	invitedAt: 'Invited',
	joinedAt: 'Joined',
	lastLoginAt: 'Last sign-in',
	link: 'Sign-in link',
	linkHint:
		'Whoever has the link signs in as this contact. It is recorded who generated it, and why.',
	linkOnce: 'Copy it now: it is shown only this once. It works once, until',
	reason: 'Reason (optional)',
	generate: 'Generate a sign-in link',
	sessions: 'Signed in',
	visit: (device: string) => `An admin’s visit, ${device}`,
	noSessions: 'Not signed in anywhere.',
	since: 'since',
	end: 'End',
	endAll: 'End all',
	activity: 'Activity',
	noActivity: 'Nothing has happened yet.',
	access: 'Access',
	revokeHint: 'Links stop working and the contact is signed out everywhere, at once.',
	revoke: 'Revoke access',
	restoreHint: 'The contact cannot sign in. Links from before stay dead when access is given back.',
	restore: 'Give access back',
};

/** One contact: who it is, where it is signed in, and what has happened. */
export function contactPage(props: ContactPageProps): string {
	const { frame, contact } = props;
	const title = contact.name || contact.email;
	const path = `/admin/contacts/${encodeURIComponent(contact.id)}`;
	const content = html`<div class="stack">
			<p class="small"><a href="/admin/contacts">${words.back}</a></p>
			<h1><bdi dir="auto">${title}</bdi></h1>
			${facts(props)} ${zoneNote(props.timeZone)}
		</div>
		${contact.state !== 'revoked' && linkCard(props, path)} ${sessionsCard(props, path)}
		${accessCard(contact.state, path)} ${activityCard(props)} ${copyStatus(path)}`;
	return adminDocument({ frame, title, current: 'contacts', content, script: copyScript });
}

function facts({ contact, timeZone }: ContactPageProps): Html {
	const times = (['invitedAt', 'joinedAt', 'lastLoginAt'] as const).map((name) => {
		const at = contact[name];
		return at === null
			? null
			: html`<dt>${words[name]}</dt>
					<dd>${timeHtml(at, timeZone)}</dd>`;
	});
	return html`<dl class="facts">
		<dt>${words.email}</dt>
		<dd><bdi>${contact.email}</bdi></dd>
		<dt>${words.state}</dt>
		<dd>${stateWords[contact.state]}</dd>
		${times}
	</dl>`;
}

function linkCard({ link, timeZone }: ContactPageProps, path: string): Html {
	const shown =
		link !== null &&
		html`${copyField('link', words.link, link.url)}
			<p class="small soft">${words.linkOnce} ${zonedTimeHtml(link.expiresAt, timeZone)}.</p>`;
	return html`<section class="card stack">
		<h2>${words.link}</h2>
		<p class="soft">${words.linkHint}</p>
		${shown}
		<form class="stack" method="post" action="${path}/links">
			<div class="field">
				<label for="reason">${words.reason}</label>
				<div class="row">
					<input id="reason" name="reason" maxlength="500" autocomplete="off" />
				</div>
			</div>
			<button class="button plain compact">${words.generate}</button>
		</form>
	</section>`;
}

function sessionsCard({ sessions, timeZone }: ContactPageProps, path: string): Html {
	if (sessions.length === 0) {
		return html`<section class="card stack">
			<h2>${words.sessions}</h2>
			<p class="soft">${words.noSessions}</p>
		</section>`;
	}
	const end = (which: string, label: string, spoken: string): Html =>
		html`<form method="post" action="${path}/sessions/end">
			<input type="hidden" name="session" value="${which}" />
			<button class="button plain compact" aria-label="${spoken}">${label}</button>
		</form>`;
	const row = ({ id, device, at, isVisit }: (typeof sessions)[number]): Html =>
		html`<li>
			<div>
				<b>${isVisit ? words.visit(deviceName(device)) : deviceName(device)}</b>
				<span class="small soft">${words.since} ${timeHtml(at, timeZone)}</span>
			</div>
			${end(id, words.end, `${words.end}: ${deviceName(device)}`)}
		</li>`;
	return html`<section class="card stack">
		<h2>${words.sessions}</h2>
		<ul class="rows">
			${sessions.map(row)}
		</ul>
		${sessions.length > 1 && end('all', words.endAll, words.endAll)}
	</section>`;
}

function accessCard(state: InvitationState, path: string): Html {
	const revoked = state === 'revoked';
	return html`<section class="card stack">
		<h2>${words.access}</h2>
		<p class="soft">${revoked ? words.restoreHint : words.revokeHint}</p>
		<form method="post" action="${path}/${revoked ? 'restore' : 'revoke'}">
			<button class="button plain compact">${revoked ? words.restore : words.revoke}</button>
		</form>
	</section>`;
}

function activityCard({ activity, timeZone }: ContactPageProps): Html {
	return html`<section class="card stack">
		<h2>${words.activity}</h2>
		${activity.length === 0
			? html`<p class="soft">${words.noActivity}</p>`
			: html`<ul class="rows">
					${activity.map(
						({ sentence, at }) =>
							html`<li>
								<div><bdi dir="auto">${sentence}</bdi></div>
								<span class="small soft">${timeHtml(at, timeZone)}</span>
							</li>`,
					)}
				</ul>`}
	</section>`;
}
