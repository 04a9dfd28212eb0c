import { readFileSync } from 'node:fs';

import type { EmailSource } from '../../store/store.ts';

const files = {
	invitation: 'invitation',
	login_email: 'login-email',
	address_changed: 'address-changed',
} as const;
const read = new Map<keyof typeof files, EmailSource>();

/** The e-mail that is sent when a request brings no text of its own. Read from its files once, when first asked for. */
export function builtInTemplate(kind: keyof typeof files): EmailSource {
	const known = read.get(kind);
	if (known !== undefined) return known;
	const text = (suffix: string) =>
		readFileSync(new URL(`${files[kind]}${suffix}`, import.meta.url), 'utf8');
	const source = {
		subject: text('.subject.txt').trimEnd(),
		html: text('.html'),
		text: text('.txt'),
	};
	read.set(kind, source);
	return source;
}
