import { hiddenNetworks, strangeSettings, unreachableLinks } from '../config.ts';
import type { Services } from '../services.ts';
import { scopes } from '../services/api-keys.ts';
import { firstAdminEmail } from '../services/admins.ts';
import { makeApiKey } from './create-api-key.ts';

/**
 * Says that the server is ready. On a terminal: with a fresh admin link, and at the first start with an API key. Without a
 * terminal the secrets of the first start go to a file for its owner only, and the log names its path (R27).
 */
export async function welcome(
	services: Services,
	how: { terminal: boolean; readyAfterMs: number },
): Promise<void> {
	const { log, config, firstRun } = services;
	const { terminal, readyAfterMs } = how;
	const { publicUrl, mailTransport } = config;
	for (const warning of [...strangeSettings(), unreachableLinks(config), hiddenNetworks(config)]) {
		if (warning !== null) log.warn(warning);
	}
	const apiKey = await firstApiKey(services);
	if (terminal) {
		const seconds = (readyAfterMs / 1000).toFixed(2);
		process.stdout.write(
			[
				`\nClient Portal is ready (${seconds} s).\n`,
				...(await facts(services, apiKey)),
				'\nCtrl-C stops it.\n\n',
			].join('\n'),
		);
		return;
	}
	if (apiKey !== null) {
		await firstRun.write(`${(await facts(services, apiKey)).join('\n')}\n`);
		log.info(
			{ path: firstRun.path },
			'first start: admin link and API key are in this file; it is deleted when the link is used',
		);
	}
	log.info({ publicUrl, mailTransport, readyAfterMs: Math.round(readyAfterMs) }, 'ready');
}

/** The first start is the one that finds no API key; of processes that start at once, one. */
async function firstApiKey(services: Services): Promise<string | null> {
	const { portal } = await services.portals.ensureDefault();
	if ((await services.apiKeys.list()).length > 0) return null;
	const now = String(services.clock.now());
	if (!(await services.store.meta.compareAndSet('firstStartAt', null, now))) return null;
	const { key } = await makeApiKey(services, { portal, name: 'First key', scopes });
	return key;
}

async function facts(services: Services, apiKey: string | null): Promise<string[]> {
	const { publicUrl, mailTransport } = services.config;
	const admin = (await services.admins.list()).find(({ revokedAt }) => revokedAt === null);
	const { url, expiresAt } = await services.admins.createLink(admin?.email ?? firstAdminEmail);
	const { portal } = await services.portals.ensureDefault();
	const minutes = Math.round((expiresAt - services.clock.now()) / 60_000);
	const mail =
		mailTransport === 'outbox'
			? `outbox: nothing leaves this machine, see ${publicUrl}/admin/outbox`
			: `${mailTransport}, from ${portal.sender.email}`;
	return [
		`  Portal      ${publicUrl}`,
		`  Admin link  ${url}`,
		`              works once, for ${String(minutes)} minutes; npm run cli -- create-admin EMAIL makes another`,
		...(apiKey === null
			? ['  API key     was made at the first start; npm run cli -- create-api-key makes another']
			: [
					`  API key     ${apiKey}`,
					'              shown this once; n8n asks for it and for the portal URL',
				]),
		`  E-mail      ${mail}`,
		...(publicUrl.startsWith('https:')
			? []
			: ['  Cookies     without "Secure", since the portal URL is plain HTTP']),
	];
}
