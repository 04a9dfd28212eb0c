import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Logger } from 'pino';

import { systemClock, systemLater, type Clock, type Later } from './clock.ts';
import { sqliteFile, type Config } from './config.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import type { Mailer } from './mail/mailer.ts';
import { openMailer } from './mail/open.ts';
import { createAddressGuesses, type AddressGuesses } from './services/address-guesses.ts';
import { createAdmins, type Admins } from './services/admins.ts';
import { createApiKeys, type ApiKeys } from './services/api-keys.ts';
import { createContactChanges, type ContactChanges } from './services/contact-changes.ts';
import { createCodeGuesses, type CodeGuesses } from './services/code-guesses.ts';
import { createContactSessions, type ContactSessions } from './services/contact-sessions.ts';
import { createContacts, type Contacts } from './services/contacts.ts';
import { createEvents, type Events } from './services/events.ts';
import { createFirstRun, type FirstRun } from './services/first-run.ts';
import { claimKeys } from './services/key-needs.ts';
import { keyFileBeside, readSecretKeys } from './services/key-source.ts';
import { createKeys, type Keys } from './services/keys.ts';
import { createLimits, type Limits } from './services/limits.ts';
import { createLinkOrders, type LinkOrders } from './services/link-orders.ts';
import { createLinkTexts, type LinkTexts } from './services/link-texts.ts';
import { createLinks, type Links } from './services/links.ts';
import { createOpenings, type Openings } from './services/openings.ts';
import { createPortalUrls, type PortalUrls } from './services/portal-urls.ts';
import { createPortals, type Portals } from './services/portals.ts';
import { createRenewals, type Renewals } from './services/renewals.ts';
import type { Sends } from './services/send-types.ts';
import { createScannerVisits, type ScannerVisits } from './services/scanner-visits.ts';
import { createSends } from './services/sends.ts';
import { createSessions, type Sessions } from './services/sessions.ts';
import { createSignIns, type SignIns } from './services/sign-ins.ts';
import { createTemplates, type Templates } from './services/templates.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';

/** Everything a route, a job or a command may use. */
export interface Services {
	config: Config;
	clock: Clock;
	/** Starts what is not to happen at once. */
	later: Later;
	log: Logger;
	/** The server's version, from its package. */
	version: string;
	/** The database. */
	store: Store;
	/** The secret keys that links, cookies and hashes are made with. */
	keys: Keys;
	/** Addresses of portals, from settings and never from requests. */
	urls: PortalUrls;
	/** What happened to whom. */
	events: Events;
	/** The portals of this server. */
	portals: Portals;
	/** The people of a portal. */
	contacts: Contacts;
	/** Changing, revoking and deleting one of them. */
	contactChanges: ContactChanges;
	/** What people may do how often. */
	limits: Limits;
	/** Makes magic links and looks at them. */
	links: Links;
	/** Links that API and n8n ask for. */
	linkOrders: LinkOrders;
	/** Finds links in what callers want stored. */
	linkTexts: LinkTexts;
	/** New links that clients ask for on the page of an old one. */
	renewals: Renewals;
	/** E-mails with link and code that clients ask for on the sign-in page. */
	signIns: SignIns;
	/** How links were opened before they are pressed. */
	openings: Openings;
	/** Redemptions that were a mail scanner's, as their person's own one shows. */
	scannerVisits: ScannerVisits;
	/** Guesses at login codes, counted. */
	codeGuesses: CodeGuesses;
	/** Guesses at the address that a link is for, counted. */
	addressGuesses: AddressGuesses;
	/** Redeems links, reads session cookies. */
	sessions: Sessions;
	/** Where contacts are signed in, and ending that. */
	contactSessions: ContactSessions;
	/** Texts of e-mails that a portal keeps. */
	templates: Templates;
	/** E-mails to many contacts. */
	sends: Sends;
	/** Keys of the API. */
	apiKeys: ApiKeys;
	/** People who run the portal. */
	admins: Admins;
	/** Where the first start left its secrets when there was no terminal. */
	firstRun: FirstRun;
	/** The way out for e-mails. */
	mailer: Mailer;
	/** Work in the background. */
	jobs: Jobs;
	/** Starts the jobs. */
	start(): Promise<void>;
	/** Finishes what is in flight and closes everything. */
	stop(): Promise<void>;
}

/** Opens what a process needs, in order; closes again what it opened when a later part fails. */
export async function createServices(
	config: Config,
	log: Logger,
	clock: Clock = systemClock,
	later: Later = systemLater,
): Promise<Services> {
	const databaseFile = sqliteFile(config);
	const keyFile = databaseFile === null ? null : keyFileBeside(databaseFile);
	const keys = createKeys(await readSecretKeys({ secretKeys: config.secretKeys, keyFile }));
	const store = await openStore(config.databaseUrl);
	try {
		await claimKeys(store, keys, clock.now());
		const mailer = await openMailer(config, { store, keys, clock, log });
		const firstRun = createFirstRun(join(dirname(databaseFile ?? 'data/x'), 'first-run.txt'));
		return compose({ config, log, clock, later, keys, store, mailer, firstRun });
	} catch (error) {
		await store.close();
		throw error;
	}
}

type Opened = Pick<
	Services,
	'config' | 'log' | 'clock' | 'later' | 'keys' | 'store' | 'mailer' | 'firstRun'
>;

function compose(opened: Opened): Services {
	const urls = createPortalUrls(opened.config.publicUrl);
	const base = { ...opened, urls };
	const events = createEvents(base);
	const portals = createPortals(base);
	const contacts = createContacts({ ...base, events });
	const limits = createLimits(base);
	const links = createLinks(base);
	const sessions = createSessions({ ...base, events });
	// Agenda's time is the system's, whatever is given here for the rest.
	const jobs = createJobs({ ...base, clock: systemClock });
	const templates = createTemplates({ ...base, events });
	const sends = createSends({ ...base, contacts, templates, links, jobs });
	const signIns = createSignIns({ ...base, sends, events, limits, sessions });
	const contactChanges = createContactChanges({ ...base, events, sends, jobs });
	const services: Services = {
		...base,
		version: readVersion(),
		events,
		portals,
		contacts,
		contactChanges,
		limits,
		links,
		sessions,
		contactSessions: createContactSessions({ ...base, contacts, events }),
		jobs,
		templates,
		sends,
		linkOrders: createLinkOrders({ ...base, links, contacts, events }),
		signIns,
		addressGuesses: createAddressGuesses({ limits }),
		openings: createOpenings({ ...base, events }),
		scannerVisits: createScannerVisits({ ...base, events }),
		codeGuesses: createCodeGuesses({ ...base, limits }),
		renewals: createRenewals({ ...base, sends, events, limits }),
		linkTexts: createLinkTexts(base),
		apiKeys: createApiKeys(base),
		admins: createAdmins({ ...base, links, portals }),
		start: () =>
			jobs.start({
				...sends,
				completeAddressChanges: (who) => contactChanges.completeAddressChanges(who),
			}),
		async stop() {
			await signIns.settled();
			sends.close();
			await jobs.stop(opened.config.stopTimeoutSeconds * 1000);
			await opened.mailer.close();
			await opened.store.close();
		},
	};
	return services;
}

/** The server's version, from its package. */
export function readVersion(): string {
	const file = new URL('./package.json', import.meta.url);
	const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
	return version;
}
