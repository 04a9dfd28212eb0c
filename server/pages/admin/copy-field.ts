import { html } from '../html.ts';
import type { Html } from '../html.ts';

const words = { copy: 'Copy', copied: 'Copied', copyFailed: 'Press Ctrl+C' };

/** A value to take along: can be selected without scripts, copied with one click where they run. */
export function copyField(id: string, label: string, value: string): Html {
	return html`<div class="field">
		<label for="${id}">${label}</label>
		<div class="row">
			<input id="${id}" value="${value}" readonly dir="ltr" spellcheck="false" autocomplete="off" />
			<button
				class="button plain compact"
				type="button"
				data-copies="${id}"
				data-done="${words.copied}"
				data-failed="${words.copyFailed}"
				aria-label="${words.copy} ${label}"
				hidden
			>
				${words.copy}
			</button>
		</div>
	</div>`;
}

/** Says what a copy button did. A page with copy fields ends with it; `path` is where a reload goes. */
export function copyStatus(path: string): Html {
	return html`<p class="unseen" id="status" role="status" data-page="${path}"></p>`;
}
