import { uuidV7 } from '../ids.ts';
import type { Services } from '../services.ts';
import { canonicalEmail } from '../services/addresses.ts';
import { compileContents } from '../services/compile-content.ts';
import { StartProblem } from './start-problem.ts';

const content = {
	subject: 'Test e-mail of << portal.name >>',
	html: '',
	text: 'This is a test: e-mails of << portal.name >> (<< portal.url >>) reach you. It holds no sign-in link.',
};

/** Sends one e-mail without any link through the real transport; throws a sentence when it does not leave. */
export async function sendTestEmail(services: Services, to: string): Promise<string> {
	const { clock, mailer, portals, urls } = services;
	const email = canonicalEmail(to);
	const { portal } = await portals.ensureDefault();
	const now = clock.now();
	const [outcome] = await mailer.send({
		portal,
		kind: 'email',
		sendId: null,
		contents: compileContents(portal, 'email', [content]),
		recipients: [
			{
				deliveryId: uuidV7(now),
				contactId: uuidV7(now),
				email,
				name: '',
				content: 0,
				values: { portal: { name: portal.name, url: urls.origin(portal) } },
				locale: portal.locale,
				timeZone: portal.timeZone,
			},
		],
		now,
	});
	if (outcome?.status !== 'sent') throw new StartProblem(outcome?.detail ?? 'It was not sent.');
	return mailer.transport === 'outbox'
		? `kept in the outbox for ${email}: MAIL_TRANSPORT is outbox, so it did not leave this machine`
		: `${mailer.transport} took an e-mail to ${email} from ${portal.sender.email}`;
}
