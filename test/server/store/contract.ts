import { afterAll, beforeAll, describe } from '@jest/globals';

import type { Store } from '../../../server/store/store.ts';
import { accountsContract } from './contract/accounts.ts';
import { contactEndsContract } from './contract/contact-ends.ts';
import { contactsContract } from './contract/contacts.ts';
import { contactListContract } from './contract/contact-list.ts';
import { deliveriesContract } from './contract/deliveries.ts';
import { eventsContract } from './contract/events.ts';
import { limitsContract } from './contract/limits.ts';
import { magicLinksContract } from './contract/magic-links.ts';
import { portalsContract } from './contract/portals.ts';
import { redeemContract } from './contract/redeem.ts';
import { redeemRepeatContract } from './contract/redeem-repeat.ts';
import { sendsContract } from './contract/sends.ts';
import { storeContract } from './contract/store.ts';
import { templatesContract } from './contract/templates.ts';

/** One store under test, and the ways past its contract that set up what only a crash leaves behind. */
export interface Harness {
	store: Store;
	/** A second store, unopened, on the same database. */
	another(): Store;
	/** Removes the session of a link, as if the process had died before writing it. */
	forgetSession(linkId: string): Promise<void>;
	/** Takes back a contact's login, as if the process had died before writing it. */
	forgetLogin(contactId: string): Promise<void>;
	/** Removes a contact altogether. */
	forgetContact(contactId: string): Promise<void>;
	close(): Promise<void>;
}

/** Answers the harness; call it inside a test only. */
export type Current = () => Harness;

/** The one contract suite, run on every store. */
export function describeContract(name: string, open: () => Promise<Harness>): void {
	describe(`Store contract on ${name}`, () => {
		let harness: Harness;
		beforeAll(async () => {
			harness = await open();
		});
		afterAll(async () => {
			await harness.close();
		});
		const current: Current = () => harness;
		storeContract(current);
		portalsContract(current);
		contactsContract(current);
		contactListContract(current);
		contactEndsContract(current);
		magicLinksContract(current);
		redeemContract(current);
		redeemRepeatContract(current);
		accountsContract(current);
		templatesContract(current);
		sendsContract(current);
		deliveriesContract(current);
		eventsContract(current);
		limitsContract(current);
	});
}
