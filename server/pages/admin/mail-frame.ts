import { html } from '../html.ts';
import type { Html } from '../html.ts';

const words = {
	frame: 'The e-mail',
	noPictures: 'Pictures from the web are not loaded here.',
};

/** Where the e-mail may do nothing but be looked at and have its links followed (R26). */
const sandbox = 'allow-popups allow-popups-to-escape-sandbox';
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Shows the HTML of an e-mail. The page needs `pageCsp({ showsEmail: true })`. */
export function mailFrame(email: string): Html {
	return html`<iframe
			class="mail"
			title="${words.frame}"
			sandbox="${sandbox}"
			referrerpolicy="no-referrer"
			srcdoc="${frameDocument(email)}"
		></iframe>
		<p class="small soft">${words.noPictures}</p>`;
}

/** The e-mail with its policy before everything else; its links open beside the dashboard, not inside the frame. */
function frameDocument(email: string): string {
	return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${mailPolicy}"><base target="_blank">${email}`;
}
