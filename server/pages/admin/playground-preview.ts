import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { mailFrame } from './mail-frame.ts';
import type { ShownFinding } from './playground-findings.ts';

/** The e-mail as its reader would have it. */
export interface ShownEmail {
	subject: string;
	html: string;
	text: string;
	/** Paths of the values that left a gap. */
	missing: readonly string[];
	fallbacks: readonly { path: string; text: string }[];
}

const words = {
	subject: 'Subject',
	text: 'Plain text',
	empty: 'Write or paste a text, and see here what becomes of it.',
	mistakes: 'There is no preview until the mistakes are mended.',
	missing: 'Left blank for this contact:',
	fallback: (text: string) => html`, in its place <q>${text}</q>`,
	fallbacks: 'Missing for this contact:',
};

export interface PreviewProps {
	isEmpty: boolean;
	findings: readonly Pick<ShownFinding, 'severity'>[];
	/** Null when the e-mail cannot be made. */
	shown: ShownEmail | null;
	/** Why not, where no finding says it. */
	problem: string | null;
}

/** The e-mail, or why there is none. */
export function previewOf({ isEmpty, findings, shown, problem }: PreviewProps): Html {
	if (shown !== null) return email(shown);
	if (isEmpty) return html`<p class="soft">${words.empty}</p>`;
	const isSaid = problem === null || findings.some(({ severity }) => severity === 'error');
	return html`<p class="notice">${isSaid ? words.mistakes : problem}</p>`;
}

function email({ subject, html: source, text, missing, fallbacks }: ShownEmail): Html {
	return html`<dl class="facts">
			<dt>${words.subject}</dt>
			<dd><bdi dir="auto">${subject}</bdi></dd>
		</dl>
		${missing.length > 0 &&
		html`<p class="small soft">
			${words.missing} ${missing.map((path) => html`<code>${path}</code> `)}
		</p>`}
		${fallbacks.map(
			(one) =>
				html`<p class="small soft">
					${words.fallbacks} <code>${one.path}</code>${words.fallback(one.text)}
				</p>`,
		)}
		${mailFrame(source)}
		<h3 class="small">${words.text}</h3>
		<pre class="source" dir="auto" tabindex="0">${text}</pre>`;
}
