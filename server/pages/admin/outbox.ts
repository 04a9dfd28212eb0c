import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { adminDocument, timeHtml, zoneNote } from './layout.ts';
import type { AdminFrame } from './layout.ts';

export interface OutboxPageProps {
	frame: AdminFrame;
	/** Newest first. */
	messages: readonly { id: string; to: string; subject: string; createdAt: number }[];
	/** For the link to older messages; null on the last page. */
	nextCursor: string | null;
	/** True on the page without a cursor. */
	firstPage: boolean;
	/** IANA name of the time zone that times are shown in. */
	timeZone: string;
	/** After how many days a message is deleted. */
	retentionDays: number;
}

const words = {
	title: 'Outbox',
	what: (days: number) =>
		`E-mails that would have been sent. Nothing here has left this machine; each is deleted after ${days === 1 ? 'one day' : `${String(days)} days`}.`,
	empty: 'No e-mails yet',
	emptyHint: 'Invite a client or send a sign-in e-mail, from n8n for example, and it appears here.',
	noSubject: '(no subject)',
	pages: 'Pages',
	newest: '← Newest',
	older: 'Older →',
};

/** The list of stored e-mails. It shows no text of an e-mail: that holds links. */
export function outboxPage(props: OutboxPageProps): string {
	const { frame, messages, timeZone, retentionDays } = props;
	const content = html`<div class="stack">
			<h1>${words.title}</h1>
			<p class="soft">${words.what(retentionDays)}</p>
			${messages.length > 0 && zoneNote(timeZone)}
		</div>
		${messages.length === 0
			? html`<div class="card stack">
					<h2>${words.empty}</h2>
					<p class="soft">${words.emptyHint}</p>
				</div>`
			: html`<ul class="list">
					${messages.map((message) => row(message, timeZone))}
				</ul>`}
		${pager(props)}`;
	return adminDocument({ frame, title: words.title, current: 'outbox', content });
}

function row(message: OutboxPageProps['messages'][number], timeZone: string): Html {
	return html`<li>
		<a href="/admin/outbox/${encodeURIComponent(message.id)}">
			<span class="subject"><bdi dir="auto">${message.subject || words.noSubject}</bdi></span>
			<span class="to small soft"><bdi>${message.to}</bdi></span>
			<span class="small soft">${timeHtml(message.createdAt, timeZone)}</span>
		</a>
	</li>`;
}

function pager({ firstPage, nextCursor }: OutboxPageProps): Html | null {
	if (firstPage && nextCursor === null) return null;
	const older = `/admin/outbox?cursor=${encodeURIComponent(nextCursor ?? '')}`;
	return html`<nav class="between" aria-label="${words.pages}">
		<span>${!firstPage && html`<a href="/admin/outbox">${words.newest}</a>`}</span>
		<span>${nextCursor !== null && html`<a href="${older}" rel="next">${words.older}</a>`}</span>
	</nav>`;
}
