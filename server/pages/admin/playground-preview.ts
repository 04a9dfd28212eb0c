import type { TriedPart } from '../../services/template-check.ts';
import type { EmailPart } from '../../store/store.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { mailFrame } from './mail-frame.ts';

export interface PreviewProps {
	isEmpty: boolean;
	parts: Readonly<Record<EmailPart, TriedPart>>;
	/** Paths of the values that left a gap. */
	missing: readonly string[];
	fallbacks: readonly { path: string; text: string }[];
}

const words = {
	part: { subject: 'Subject', html: 'HTML', text: 'Plain text' },
	empty: 'Write or paste a text, and see here what becomes of it.',
	errors: {
		subject: 'No preview: the subject has errors.',
		html: 'No preview: the HTML has errors.',
		text: 'No preview: the plain text has errors.',
	},
	otherPart: {
		subject: 'No preview.',
		html: 'No preview: this is made from the plain text, which has errors.',
		text: 'No preview: this is made from the HTML, which has errors.',
	},
	missing: 'Left blank for this contact:',
	fallback: (text: string) => html`, in its place <q>${text}</q>`,
	fallbacks: 'Missing for this contact:',
};

/** Each part on its own. The script keeps what it shows of a part until there is something newer, or says that it is old. */
export function previewOf({ isEmpty, parts, missing, fallbacks }: PreviewProps): Html {
	if (isEmpty) return html`<p class="soft">${words.empty}</p>`;
	return html`${section('subject', parts.subject, subject)}
		<div class="stack" id="preview-notes">${notes(missing, fallbacks)}</div>
		${section('html', parts.html, mailFrame)} ${section('text', parts.text, plainText)}`;
}

function section(part: EmailPart, tried: TriedPart, show: (text: string) => Html): Html {
	return html`<section class="part" id="preview-${part}">
		<h3 class="small">${words.part[part]}</h3>
		<div class="why">
			${tried.shown === null && html`<p class="notice">${whyNot(part, tried.because)}</p>`}
		</div>
		<div class="made">${tried.shown !== null && show(tried.shown)}</div>
	</section>`;
}

function whyNot(part: EmailPart, because: (TriedPart & { shown: null })['because']): string {
	if (because === 'errors') return words.errors[part];
	return because === 'other_part' ? words.otherPart[part] : because.problem;
}

function subject(text: string): Html {
	return html`<p><bdi dir="auto">${text}</bdi></p>`;
}

function plainText(text: string): Html {
	return html`<pre class="source" dir="auto" tabindex="0">${text}</pre>`;
}

function notes(missing: PreviewProps['missing'], fallbacks: PreviewProps['fallbacks']): Html {
	return html`${missing.length > 0 &&
	html`<p class="small soft">
		${words.missing} ${missing.map((path) => html`<code>${path}</code> `)}
	</p>`}
	${fallbacks.map(
		(one) =>
			html`<p class="small soft">
				${words.fallbacks} <code>${one.path}</code>${words.fallback(one.text)}
			</p>`,
	)}`;
}
