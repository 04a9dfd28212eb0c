import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import type { Check } from '../../../server/commands/doctor.ts';
import { readConfig } from '../../../server/config.ts';
import { uuidV7 } from '../../../server/ids.ts';
import { createServices, type Services } from '../../../server/services.ts';
import { makePlace, runCli, type Place } from '../../support/cli.ts';
import { freePort, startProcess } from '../../support/server-process.ts';
import { startSmtpStub, type SmtpStub } from '../../support/smtp-stub.ts';

let place: Place;
let env: Record<string, string>;

beforeEach(async () => {
	place = await makePlace();
	env = { DATABASE_URL: place.databaseUrl, PORT: String(await freePort()) };
});

afterEach(() => place.remove());

async function diagnose(settings: Record<string, string>, args: readonly string[] = []) {
	const { code, stdout, stderr } = await runCli(['doctor', '--json', ...args], settings);
	const report = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
	const states = Object.fromEntries(report.checks.map(({ name, state }) => [name, state]));
	const detail = (name: Check['name']) =>
		report.checks.find((check) => check.name === name)?.detail;
	return { code, stderr, report, states, detail };
}

/** As after the first start. */
async function makeDatabase(): Promise<void> {
	const services = await createServices(readConfig(env), pino({ level: 'silent' }));
	await services.portals.ensureDefault();
	await services.stop();
}

describe('doctor', () => {
	it('makes no database where there is none yet, and checks all else', async () => {
		const databaseUrl = `sqlite:${join(place.folder, 'data', 'portal.sqlite')}`;
		const settings = { ...env, DATABASE_URL: databaseUrl };
		const { code, states, detail } = await diagnose(settings, ['--send-to', 'me@example.com']);
		expect(states).toEqual({
			...{ settings: 'ok', database: 'warning', mail: 'ok', clock: 'ok', domain: 'warning' },
		});
		expect(code).toBe(0);
		expect(detail('database')).toBe('No database yet; npm start makes it.');
		expect(await readdir(place.folder)).toEqual([]);
	});

	it('finds nothing to mend on a running server', async () => {
		const server = await startProcess(Number(env['PORT']), env);
		const { code, report, states, stderr } = await diagnose(env);
		await server.stop();
		expect(states).toEqual({
			settings: 'ok',
			database: 'ok',
			keys: 'ok',
			mail: 'ok',
			clock: 'ok',
			domain: 'ok',
		});
		expect({ code, ok: report.ok, stderr }).toEqual({ code: 0, ok: true, stderr: '' });
	});

	it('warns when nothing answers at the public URL, which is no fault of the settings', async () => {
		const { code, states, detail } = await diagnose(env);
		expect({ code, domain: states['domain'] }).toEqual({ code: 0, domain: 'warning' });
		expect(detail('domain')).toContain('npm start');
	});

	it('names every wrong setting', async () => {
		const { code, report } = await diagnose({ PORT: 'x', LOG_LEVEL: 'loud' });
		expect(code).toBe(1);
		expect(report.checks).toEqual([
			{ name: 'settings', state: 'problem', detail: expect.stringContaining('PORT') },
			{ name: 'settings', state: 'problem', detail: expect.stringContaining('LOG_LEVEL') },
		]);
	});

	it('says so when the database cannot be opened', async () => {
		const { code, states, detail } = await diagnose({ DATABASE_URL: `sqlite:${place.folder}` });
		expect({ code, database: states['database'] }).toEqual({ code: 1, database: 'problem' });
		expect(detail('database')).toMatch(/\.$/);
	});

	it('says so when the key file cannot be read', async () => {
		const keyFile = join(place.folder, 'keys.json');
		await mkdir(keyFile);
		const { code, report } = await diagnose(env);
		expect(code).toBe(1);
		expect(report.checks).toEqual([
			expect.objectContaining({ name: 'settings', state: 'ok' }),
			{
				...{ name: 'keys', state: 'problem' },
				detail: expect.stringContaining(
					`The key file ${keyFile} cannot be read by this user: EISDIR`,
				),
			},
		]);
	});

	it('says so when something else answers at the public URL', async () => {
		const other = createServer((_request, response) => response.end('Welcome to nginx!'));
		other.listen(Number(env['PORT']), '127.0.0.1');
		await once(other, 'listening');
		const { code, states, detail } = await diagnose(env);
		other.close();
		expect({ code, domain: states['domain'] }).toEqual({ code: 1, domain: 'problem' });
		expect(detail('domain')).toContain('PUBLIC_URL');
	});

	it('says so when the clock went back behind what the database remembers', async () => {
		const services = await createServices(readConfig(env), pino({ level: 'silent' }));
		const { portal } = await services.portals.ensureDefault();
		const tomorrow = Date.now() + 86_400_000;
		await services.store.events.append([
			{
				...{ id: uuidV7(tomorrow), portalId: portal.id, type: 'send.finished', at: tomorrow },
				...{ actor: 'system', contactId: null, linkId: null, sendId: null, data: {} },
			},
		]);
		await services.stop();
		const { code, states } = await diagnose(env);
		expect({ code, clock: states['clock'] }).toEqual({ code: 1, clock: 'problem' });
	});

	it('--send-to sends one e-mail by the transport of the settings', async () => {
		await makeDatabase();
		const { code, states, detail } = await diagnose(env, ['--send-to', 'me@example.com']);
		expect({ code, mail: states['test e-mail'] }).toEqual({ code: 0, mail: 'ok' });
		expect(detail('test e-mail')).toContain('did not leave this machine');
		const services = await createServices(readConfig(env), pino({ level: 'silent' }));
		const { portal } = await services.portals.ensureDefault();
		const kept = await services.store.outbox.list(portal.id, { limit: 10, after: null });
		await services.stop();
		expect(kept).toEqual([
			expect.objectContaining({ to: 'me@example.com', subject: 'Test e-mail of Client Portal' }),
		]);
	});

	it('says so when the mail server cannot be reached', async () => {
		const settings = {
			...env,
			MAIL_TRANSPORT: 'smtp',
			SMTP_URL: `smtp://127.0.0.1:${String(await freePort())}`,
			MAIL_FROM: 'portal@example.com',
		};
		const { code, states, detail } = await diagnose(settings, ['--send-to', 'me@example.com']);
		expect({ code, mail: states['mail'], test: states['test e-mail'] }).toEqual({
			...{ code: 1, mail: 'problem', test: 'problem' },
		});
		expect(detail('mail')).toMatch(/\.$/);
	});

	it('prints lines for a person without --json', async () => {
		await makeDatabase();
		const { stdout } = await runCli(['doctor'], env);
		expect(stdout).toMatch(/^✓ settings: .*\n✓ database: .*\n✓ keys: 1 key, .*\n/);
		expect(stdout).toContain('\n\nPlease look at what is marked !.\n');
	});

	it('names what stands in .env and is no setting', async () => {
		const file = join(place.folder, 'my.env');
		await writeFile(file, 'MAIL_FORM=portal@example.com\nNODE_OPTIONS=\nZZZ=1\n');
		const { report } = await diagnose({ ...env, ENV_FILE: file });
		expect(report.checks.filter(({ name }) => name === 'settings')).toEqual([
			{
				...{ name: 'settings', state: 'warning' },
				detail: `${file} sets MAIL_FORM, which is no setting of this server. See README, Settings.`,
			},
			{
				...{ name: 'settings', state: 'warning' },
				detail: `${file} sets ZZZ, which is no setting of this server. See README, Settings.`,
			},
		]);
	});

	describe('the sender of e-mails that leave this machine', () => {
		const placeholder = 'portal@client-portal.example';
		let smtp: SmtpStub;
		let sends: Record<string, string>;

		beforeEach(async () => {
			smtp = await startSmtpStub();
			sends = {
				...{ ...env, MAIL_TRANSPORT: 'smtp', SMTP_URL: smtp.url, MAIL_FROM: 'a@acme.test' },
				PUBLIC_URL: `http://localhost:${String(env['PORT'])}`,
			};
		});
		afterEach(() => smtp.close());

		async function withPortals<T>(work: (portals: Services['portals']) => Promise<T>): Promise<T> {
			const services = await createServices(readConfig(env), pino({ level: 'silent' }));
			try {
				return await work(services.portals);
			} finally {
				await services.stop();
			}
		}

		it('becomes MAIL_FROM while it is the placeholder', async () => {
			const before = await withPortals((portals) => portals.ensureDefault());
			expect(before.portal.sender.email).toBe(placeholder);
			const { states, detail } = await diagnose(sends);
			expect({ sender: states['sender'], mail: detail('mail') }).toEqual({
				...{ sender: 'ok', mail: 'the SMTP server answers' },
			});
			const after = await withPortals((portals) => portals.ensureDefault());
			expect(after.portal.sender).toEqual({ ...before.portal.sender, email: 'a@acme.test' });
		});

		it('stays what it was set to, with a warning', async () => {
			await withPortals(async (portals) => {
				const { portal } = await portals.ensureDefault();
				await portals.update(portal.id, { sender: { ...portal.sender, email: 'b@acme.test' } });
			});
			const { code, states, detail } = await diagnose(sends);
			expect({ code, sender: states['sender'] }).toEqual({ code: 0, sender: 'warning' });
			expect(detail('sender')).toContain('b@acme.test');
		});

		it('is a problem where it is still the placeholder', async () => {
			await withPortals((portals) => portals.create({ slug: 'shop', name: 'Shop' }));
			const { code, states, detail } = await diagnose(sends);
			expect({ code, sender: states['sender'] }).toEqual({ code: 1, sender: 'problem' });
			expect(detail('sender')).toMatch(`The portal shop sends from ${placeholder}`);
		});

		it('goes with links that only this machine can open: a warning', async () => {
			const { states, detail } = await diagnose(sends);
			expect(states['settings']).toBe('warning');
			expect(detail('settings')).toMatch(/ start with http:\/\/localhost:\d+, which only you can /);
		});
	});
});
