import { templateKinds, type EmailSource, type TemplateKind } from '../../store/store.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { playgroundScript } from '../playground-script.ts';
import { adminDocument } from './layout.ts';
import type { AdminFrame } from './layout.ts';
import { findingsList, saidOf, type ShownFinding } from './playground-findings.ts';
import { previewOf, type PreviewProps } from './playground-preview.ts';

/** Sample data as it was typed. */
export interface ShownData {
	/** JSON, or ''. */
	json: string;
	/** What is wrong with it, or what to know of it; null when there is nothing to say. */
	note: string | null;
}

export interface PlaygroundPageProps extends PreviewProps {
	frame: AdminFrame;
	kind: TemplateKind;
	source: EmailSource;
	/** Of the contact whose e-mail is shown, as it was typed; '' for one made of samples. */
	address: string;
	/** Why nobody of this address is shown. */
	addressProblem: string | null;
	item: ShownData;
	customValues: ShownData;
	/** Some to choose from. */
	contacts: readonly { email: string; name: string }[];
	/** What may be inserted. */
	values: readonly { path: string; description: string }[];
	findings: readonly ShownFinding[];
}

const words = {
	title: 'Playground',
	what: 'Try the texts of an e-mail here. The portal saves and sends nothing of it, and the links in the preview are samples.',
	kept: 'This tab keeps what you write until you close it.',
	kind: 'What the e-mail is for',
	kinds: { email: 'An e-mail of your own', login_email: 'Login e-mail', invitation: 'Invitation' },
	contact: 'Shown as it would reach',
	contactHint: 'The address of a contact. Left empty: somebody made up.',
	subject: 'Subject',
	html: 'HTML',
	text: 'Plain text',
	textHint: 'Left empty, it is made from the HTML.',
	data: 'Sample data',
	item: 'item',
	itemHint:
		'What an n8n item would bring: with {"order": "7"} the tag << item.order >> prints 7. Left empty: samples, but lists have no items, so what << #each >> repeats is not shown.',
	customValues: 'custom_values',
	customValuesHint:
		'Besides the portal’s own, and for this try only: with {"season": "Spring"} the tag << custom_values.season >> prints Spring.',
	stale: 'Below is the preview from before.',
	offers: 'Type << for a list of custom values; the arrow keys and Enter choose one.',
	check: 'Check',
	values: 'Custom values',
	insert: 'Insert',
	list: 'Custom values to choose from',
	findings: 'Findings',
	preview: 'Preview',
	failed: 'This could not be checked. Are you still signed in, and is the server running?',
};

/**
 * Texts of an e-mail, what is to be said about them, and what they become. A form that works without scripts; with them it is sent as the
 * admin types. Needs `pageCsp({ showsEmail: true, asksAgain: true })`.
 */
export function playgroundPage(props: PlaygroundPageProps): string {
	const { frame, findings, isEmpty } = props;
	const content = html`<div class="stack">
			<h1>${words.title}</h1>
			<p class="soft">${words.what} <span id="kept" hidden>${words.kept}</span></p>
		</div>
		<form
			class="bench"
			id="playground"
			method="post"
			action="/admin/playground"
			data-admin="${frame.adminEmail}"
			data-failed="${words.failed}"
			data-stale="${words.stale}"
		>
			<div class="stack">
				${choices(props)} ${texts(props)} ${sampleData(props)}
				<button class="button compact">${words.check}</button>
				${valueList(props)}
			</div>
			<div class="stack">
				<h2>${words.findings}</h2>
				<p id="said" role="status">${saidOf(findings, isEmpty)}</p>
				<div id="findings">${findingsList(findings)}</div>
				<h2>${words.preview}</h2>
				<div class="stack" id="preview">${previewOf(props)}</div>
			</div>
			<ul class="offers" id="offers" role="listbox" aria-label="${words.list}" hidden></ul>
		</form>`;
	return adminDocument({
		...{ frame, title: words.title, current: 'playground', content },
		...{ script: playgroundScript, isBroad: true },
	});
}

function choices({ kind, address, addressProblem, contacts }: PlaygroundPageProps): Html {
	const option = (value: TemplateKind) =>
		html`<option value="${value}" ${value === kind && html`selected`}>
			${words.kinds[value]}
		</option>`;
	return html`<div class="field">
		<div class="row">
			<div class="field">
				<label for="kind">${words.kind}</label>
				<select id="kind" name="kind" autocomplete="off">
					${templateKinds.map(option)}
				</select>
			</div>
			<div class="field">
				<label for="contact">${words.contact}</label>
				<input
					id="contact"
					name="contact"
					value="${address}"
					list="contacts"
					dir="auto"
					maxlength="1000"
					spellcheck="false"
					autocomplete="off"
					aria-describedby="contact-hint contact-problem"
				/>
				<datalist id="contacts">
					${contacts.map(({ email, name }) => html`<option value="${email}">${name}</option>`)}
				</datalist>
				<p class="small soft" id="contact-hint">${words.contactHint}</p>
				<div id="contact-problem">
					${addressProblem !== null && html`<p class="notice">${addressProblem}</p>`}
				</div>
			</div>
		</div>
	</div>`;
}

function texts({ source }: PlaygroundPageProps): Html {
	return html`<div class="field">
			<label for="subject">${words.subject}</label>
			<input
				id="subject"
				name="subject"
				value="${source.subject}"
				dir="auto"
				spellcheck="true"
				autocomplete="off"
				aria-describedby="offers-hint"
			/>
			<p class="small soft" id="offers-hint">${words.offers}</p>
		</div>
		${area('html', 14, source.html)} ${area('text', 6, source.text)}`;
}

/** JSON for values that the portal does not have; open where there is some. */
function sampleData({ item, customValues }: PlaygroundPageProps): Html {
	const isOpen = [item, customValues].some(({ json }) => json.trim() !== '');
	return html`<details class="card stack" ${isOpen && html`open`}>
		<summary>${words.data}</summary>
		${jsonArea('item', words.item, words.itemHint, item)}
		${jsonArea('custom-values', words.customValues, words.customValuesHint, customValues)}
	</details>`;
}

function jsonArea(id: string, label: string, hint: string, { json, note }: ShownData): Html {
	return html`<div class="field">
		<label for="${id}"><code>${label}</code></label>
		<textarea
			id="${id}"
			name="${id}"
			rows="3"
			dir="ltr"
			spellcheck="false"
			autocomplete="off"
			aria-describedby="${id}-hint ${id}-note"
		>
${json}</textarea
		>
		<p class="small soft" id="${id}-hint">${hint}</p>
		<div id="${id}-note">${note !== null && html`<p class="notice">${note}</p>`}</div>
	</div>`;
}

/** HTML drops the first line break in a text area: ours, and not one that was typed. */
function area(name: 'html' | 'text', rows: number, value: string): Html {
	return html`<div class="field">
		<label for="${name}">${words[name]}</label>
		<textarea
			id="${name}"
			name="${name}"
			rows="${rows}"
			dir="auto"
			spellcheck="${name === 'text' ? 'true' : 'false'}"
			autocomplete="off"
			aria-describedby="${name === 'text' ? 'text-hint' : 'offers-hint'}"
		>
${value}</textarea
		>
		${name === 'text' && html`<p class="small soft" id="text-hint">${words.textHint}</p>`}
	</div>`;
}

/** What can be inserted; without scripts, to be copied. */
function valueList({ values }: PlaygroundPageProps): Html {
	return html`<details class="card stack">
		<summary>${words.values}</summary>
		<ul class="values" tabindex="0" aria-label="${words.values}">
			${values.map(({ path, description }) => {
				// A name of one's own stands where any is allowed.
				const tag = `<< ${path.replace('*', 'name')} >>`;
				return html`<li>
					<div><code>${tag}</code> <span class="small soft">${description}</span></div>
					<button
						class="button plain compact"
						type="button"
						data-inserts="${tag}"
						data-what="${description}"
						aria-label="${words.insert} ${tag}"
						hidden
					>
						${words.insert}
					</button>
				</li>`;
			})}
		</ul>
	</details>`;
}
