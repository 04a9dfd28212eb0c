import { placeholderSender } from '../services/portals.ts';
import type { Services } from '../services.ts';
import type { Portal } from '../store/store.ts';
import type { Check } from './doctor.ts';

const pageSize = 100;

/** Whether every portal has a sender that its e-mails may leave from. Without a transport that sends, nothing is asked. */
export async function checkSenders(services: Services): Promise<Check[]> {
	const { config, portals } = services;
	if (config.mailTransport === 'outbox') return [];
	await portals.ensureDefault();
	const checks: Check[] = [];
	for (let after: string | null = null; ; ) {
		const page: Portal[] = await portals.list({ limit: pageSize, after });
		checks.push(...page.flatMap((portal) => problemOf(portal, config.mailFrom) ?? []));
		after = page[pageSize - 1]?.id ?? null;
		if (after === null) break;
	}
	if (checks.length > 0) return checks;
	return [{ name: 'sender', state: 'ok', detail: `e-mails come from ${config.mailFrom}` }];
}

function problemOf({ id, slug, sender }: Portal, mailFrom: string): Check | null {
	const change = `PATCH /v1/portals/${id} changes "sender".`;
	if (sender.email === placeholderSender) {
		const detail = `The portal ${slug} sends from ${sender.email}, which is only a placeholder. ${change}`;
		return { name: 'sender', state: 'problem', detail };
	}
	if (sender.email === mailFrom) return null;
	const detail = `The portal ${slug} sends from ${sender.email}, while MAIL_FROM is ${mailFrom}. If that is not meant: ${change}`;
	return { name: 'sender', state: 'warning', detail };
}
