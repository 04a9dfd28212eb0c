import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { adminDocument, zonedTimeHtml } from './layout.ts';
import type { AdminFrame } from './layout.ts';
import { mailFrame } from './mail-frame.ts';

export type OutboxView = 'html' | 'text' | 'source';

export interface OutboxMessagePageProps {
	frame: AdminFrame;
	message: {
		id: string;
		from: string;
		to: string;
		subject: string;
		createdAt: number;
		html: string;
		text: string;
		/** The e-mail as it would have gone over the wire. */
		source: string;
	};
	view: OutboxView;
	/** IANA name of the time zone that times are shown in. */
	timeZone: string;
}

const words = {
	back: '← Outbox',
	noSubject: '(no subject)',
	from: 'From',
	to: 'To',
	when: 'Made',
	views: 'Views of this e-mail',
	view: { html: 'HTML', text: 'Text', source: 'Source' },
};

/** One stored e-mail. It needs `pageCsp({ showsEmail: true })`, and opening it is audited. */
export function outboxMessagePage({
	frame,
	message,
	view,
	timeZone,
}: OutboxMessagePageProps): string {
	const subject = message.subject || words.noSubject;
	const content = html`<div class="stack">
			<p class="small"><a href="/admin/outbox">${words.back}</a></p>
			<h1><bdi dir="auto">${subject}</bdi></h1>
			<dl class="facts">
				<dt>${words.from}</dt>
				<dd><bdi>${message.from}</bdi></dd>
				<dt>${words.to}</dt>
				<dd><bdi>${message.to}</bdi></dd>
				<dt>${words.when}</dt>
				<dd>${zonedTimeHtml(message.createdAt, timeZone)}</dd>
			</dl>
		</div>
		<nav class="tabs" aria-label="${words.views}">
			${(['html', 'text', 'source'] as const).map((name) => tab(name, view))}
		</nav>
		${body(message, view)}`;
	return adminDocument({ frame, title: subject, current: 'outbox', content });
}

function tab(name: OutboxView, current: OutboxView): Html {
	return html`<a href="?view=${name}" ${name === current && html`aria-current="page"`}
		>${words.view[name]}</a
	>`;
}

function body(message: OutboxMessagePageProps['message'], view: OutboxView): Html {
	if (view === 'html') {
		return mailFrame(message.html);
	}
	return html`<pre class="source" dir="auto" tabindex="0">${message[view]}</pre>`;
}
