import { html } from '../html.ts';
import type { Html } from '../html.ts';

/** A finding as the playground shows it. */
export interface ShownFinding {
	part: 'subject' | 'html' | 'text';
	severity: 'error' | 'warning' | 'info';
	line: number;
	column: number;
	length: number;
	message: string;
	/** What the flagged text is replaced with; null when a person has to decide. */
	fix: string | null;
	/** The flagged text, shortened. */
	excerpt: string;
	/** Stands for this finding in the form. */
	key: string;
}

const words = {
	part: { subject: 'Subject', html: 'HTML', text: 'Plain text' },
	severity: { error: 'Error', warning: 'Warning', info: 'Info' },
	place: (part: string, line: number, column: number) =>
		`${part}, line ${String(line)}, column ${String(column)}`,
	write: (fix: string) => html`Write <code>${fix}</code> instead`,
	remove: 'Take it out',
	empty: 'Nothing to check yet.',
	good: 'Nothing is wrong with these texts.',
	infos: 'Nothing is wrong with these texts. Some info is below.',
	stops: 'The e-mail cannot be sent like this.',
	goes: 'The e-mail could be sent like this.',
};

/** One sentence about all of them. */
export function saidOf(findings: readonly ShownFinding[], isEmpty: boolean): string {
	if (isEmpty) return words.empty;
	const count = (severity: ShownFinding['severity']) =>
		findings.filter((finding) => finding.severity === severity).length;
	const [errors, warnings] = [count('error'), count('warning')];
	if (errors > 0) {
		return `${errors === 1 ? 'One error.' : `${String(errors)} errors.`} ${words.stops}`;
	}
	if (warnings > 0) {
		return `${warnings === 1 ? 'One warning.' : `${String(warnings)} warnings.`} ${words.goes}`;
	}
	return findings.length > 0 ? words.infos : words.good;
}

const order = ['error', 'warning', 'info'] as const;

/** Each with its place, what it says, and a button for what is to be written instead; first what stops the e-mail. */
export function findingsList(findings: readonly ShownFinding[]): Html | null {
	if (findings.length === 0) return null;
	const inOrder = order.flatMap((severity) =>
		findings.filter((finding) => finding.severity === severity),
	);
	return html`<ul class="findings">
		${inOrder.map(item)}
	</ul>`;
}

function item(finding: ShownFinding, index: number): Html {
	const { part, severity, line, column, length, message, excerpt } = finding;
	return html`<li class="${severity}">
		<p class="small soft">
			<b>${words.severity[severity]}</b> ·
			<a
				id="place-${index}"
				href="#${part}"
				data-part="${part}"
				data-line="${line}"
				data-column="${column}"
				data-length="${length}"
				>${words.place(words.part[part], line, column)}</a
			>
		</p>
		<p>${message}</p>
		${excerpt !== '' && html`<p class="small"><code>${excerpt}</code></p>`}
		${fixButton(finding, index)}
	</li>`;
}

function fixButton({ fix, key }: ShownFinding, index: number): Html | null {
	if (fix === null) return null;
	return html`<button class="button plain compact" id="fix-${index}" name="fix" value="${key}">
		${fix === '' ? words.remove : words.write(fix)}
	</button>`;
}
