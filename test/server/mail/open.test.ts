import { describe, expect, it } from '@jest/globals';

import { readConfig } from '../../../server/config.ts';
import { openMailer, type MailSettings } from '../../../server/mail/open.ts';
import { createKeys } from '../../../server/services/keys.ts';
import { createSqliteStore } from '../../../server/store/sqlite/index.ts';
import { clock, memoryLog } from './batch.ts';

const defaults = readConfig({ ENV_FILE: '' });
const parts = {
	store: createSqliteStore({ path: ':memory:' }),
	keys: createKeys([{ version: 1, secret: Buffer.alloc(32, 7) }]),
	clock,
	log: memoryLog().log,
};
const opened = (set: Partial<MailSettings>) => openMailer({ ...defaults, ...set }, parts);

describe('openMailer', () => {
	it.each([
		['outbox', {}],
		['sendgrid', { sendgridApiKey: 'SG.a.b' }],
		['smtp', { smtpUrl: 'smtp://127.0.0.1:2525' }],
	] as const)('opens %s without connecting to anything', async (mailTransport, set) => {
		const mailer = await opened({ mailTransport, ...set });
		expect(mailer.transport).toBe(mailTransport);
		await mailer.close();
	});

	it.each([
		['sendgrid', 'SENDGRID_API_KEY'],
		['smtp', 'SMTP_URL'],
	] as const)('names the setting that %s lacks', async (mailTransport, setting) => {
		await expect(opened({ mailTransport })).rejects.toThrow(setting);
	});
});
