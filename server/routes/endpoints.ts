import * as contactSessions from './contact-sessions.ts';
import * as contacts from './contacts.ts';
import * as customValues from './custom-values.ts';
import type { Endpoint } from './endpoint.ts';
import { sendEmails } from './emails.ts';
import { listEvents } from './events.ts';
import { sendInvitations } from './invitations.ts';
import { sendLoginEmails } from './login-emails.ts';
import { generateMagicLinks } from './magic-links.ts';
import { me } from './me.ts';
import * as portals from './portals.ts';
import * as sends from './sends.ts';
import { getStats } from './stats.ts';
import * as templateChecks from './template-checks.ts';
import * as templates from './templates.ts';

/** Every operation of the API. Router and OpenAPI document are both made from this list. */
export const endpoints: readonly Endpoint[] = [
	me,
	portals.listPortals,
	portals.createPortal,
	portals.getPortal,
	portals.updatePortal,
	contacts.writeContacts,
	contacts.importCsv,
	contacts.listContacts,
	contacts.getContact,
	contacts.updateContact,
	contacts.revokeContact,
	contacts.deleteContact,
	contactSessions.listSessions,
	contactSessions.endSessions,
	contactSessions.endSession,
	sendInvitations,
	generateMagicLinks,
	sendLoginEmails,
	sendEmails,
	sends.getSend,
	sends.listDeliveries,
	templates.listTemplates,
	templates.createTemplate,
	templates.getTemplate,
	templates.updateTemplate,
	templates.deleteTemplate,
	templates.publishTemplate,
	templateChecks.lintTemplate,
	templateChecks.previewTemplate,
	templateChecks.coverTemplate,
	templateChecks.testTemplate,
	customValues.listCustomValues,
	customValues.setCustomValue,
	customValues.deleteCustomValue,
	getStats,
	listEvents,
];
