import type { InvitationState } from '../../store/store.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { adminDocument } from './layout.ts';
import type { AdminFrame } from './layout.ts';

export interface ContactsPageProps {
	frame: AdminFrame;
	/** Newest first. `name` may be empty. */
	contacts: readonly { id: string; name: string; email: string; state: InvitationState }[];
	/** What is searched for, or ''. */
	search: string;
	nextCursor: string | null;
	firstPage: boolean;
}

const words = {
	title: 'Contacts',
	search: 'Search by name, company or address',
	find: 'Search',
	empty: 'No contacts here',
	emptyHint: 'Add some from n8n, with a CSV file or by the API, and they appear here.',
	nothing: 'Nobody matches. Try the beginning of a name or an address.',
	pages: 'Pages',
	first: '← First page',
	more: 'More →',
};

export const stateWords: Record<InvitationState, string> = {
	none: 'Not invited',
	invited: 'Invited',
	joined: 'Joined',
	revoked: 'Access revoked',
};

/** The contacts of the portal, with a search. */
export function contactsPage(props: ContactsPageProps): string {
	const { frame, contacts, search } = props;
	const content = html`<h1>${words.title}</h1>
		<form class="field" method="get" action="/admin/contacts" role="search">
			<label for="search">${words.search}</label>
			<div class="row">
				<input id="search" name="search" type="search" value="${search}" maxlength="200" />
				<button class="button plain compact">${words.find}</button>
			</div>
		</form>
		${contacts.length === 0
			? html`<div class="card stack">
					<h2>${words.empty}</h2>
					<p class="soft">${search === '' ? words.emptyHint : words.nothing}</p>
				</div>`
			: html`<ul class="list">
					${contacts.map(row)}
				</ul>`}
		${pager(props)}`;
	return adminDocument({ frame, title: words.title, current: 'contacts', content });
}

function row({ id, name, email, state }: ContactsPageProps['contacts'][number]): Html {
	return html`<li>
		<a href="/admin/contacts/${encodeURIComponent(id)}">
			<span class="subject"><bdi dir="auto">${name || email}</bdi></span>
			<span class="to small soft">${name !== '' && html`<bdi>${email}</bdi>`}</span>
			<span class="small soft">${stateWords[state]}</span>
		</a>
	</li>`;
}

function pager({ firstPage, nextCursor, search }: ContactsPageProps): Html | null {
	if (firstPage && nextCursor === null) return null;
	const path = (query: Record<string, string>): string =>
		`/admin/contacts?${new URLSearchParams({ ...(search !== '' && { search }), ...query }).toString()}`;
	return html`<nav class="between" aria-label="${words.pages}">
		<span>${!firstPage && html`<a href="${path({})}">${words.first}</a>`}</span>
		<span
			>${nextCursor !== null &&
			html`<a href="${path({ cursor: nextCursor })}" rel="next">${words.more}</a>`}</span
		>
	</nav>`;
}
