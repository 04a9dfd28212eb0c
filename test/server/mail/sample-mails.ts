import type { Locale } from '../../../server/locale.ts';
import { renderMessage } from '../../../server/mail/render.ts';
import { builtInTemplate } from '../../../server/mail/templates/index.ts';
import { realisticTexts } from '../pages/sample-pages.ts';
import { batchOf, recipientOf } from './batch.ts';

export interface SampleMail {
	/** File name of its picture. */
	name: string;
	html: string;
}

const kinds = ['invitation', 'login_email', 'address_changed'] as const;

/** Every built-in e-mail in this language, as a client gets it. */
export function clientMails(locale: Locale): SampleMail[] {
	const { portalName, firstName, email, supportEmail } = realisticTexts;
	const { values } = recipientOf(1);
	const person = recipientOf(1, {
		locale,
		timeZone: 'Europe/Berlin',
		values: {
			contact: { ...Object(values.contact), first_name: firstName, email },
			portal: { name: portalName, support_email: supportEmail, time_zone: 'Europe/Berlin' },
		},
	});
	return kinds.map((kind) => ({
		name: `${kind.replace('_', '-')}-${locale}`,
		html: renderMessage(batchOf([person], { source: builtInTemplate(kind, locale) }), person).html,
	}));
}
