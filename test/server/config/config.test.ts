import { describe, expect, it } from '@jest/globals';

import {
	ConfigError,
	hiddenNetworks,
	readConfig,
	settings,
	sqliteFile,
} from '../../../server/config.ts';

const strongKey = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString('base64url');

function problemsOf(env: Record<string, string>): readonly string[] {
	try {
		readConfig(env);
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
	return [];
}

describe('readConfig', () => {
	it('needs no setting at all', () => {
		expect(readConfig({})).toMatchObject({
			port: 3000,
			host: '127.0.0.1',
			publicUrl: 'http://localhost:3000',
			databaseUrl: 'sqlite:./data/client-portal.sqlite',
			secretKeys: null,
			mailTransport: 'outbox',
			trustProxy: null,
			allowHttp: false,
			bodyLimitBytes: 10 * 1024 * 1024,
			mailTimeoutMs: 15_000,
		});
	});

	it('takes the port of the public URL from PORT', () => {
		expect(readConfig({ PORT: '3001' }).publicUrl).toBe('http://localhost:3001');
	});

	it('treats an empty setting as one that is not set', () => {
		expect(readConfig({ PORT: '', SENDGRID_API_KEY: '  ' })).toMatchObject({
			port: 3000,
			sendgridApiKey: null,
		});
	});

	it('drops the trailing slash of PUBLIC_URL', () => {
		const env = { PUBLIC_URL: 'https://Portal.Example.com/', ALLOW_OUTBOX: '1' };
		expect(readConfig(env).publicUrl).toBe('https://portal.example.com');
	});

	it('names everything that is wrong at once, with what was expected', () => {
		expect(problemsOf({ PORT: 'abc', MAIL_TRANSPORT: 'pigeon', LOG_LEVEL: 'loud' })).toEqual([
			'PORT: "abc" is not right. Expected a whole number from 1 to 65535.',
			'MAIL_TRANSPORT: "pigeon" is not right. Expected one of outbox, sendgrid, smtp.',
			'LOG_LEVEL: "loud" is not right. Expected one of fatal, error, warn, info, debug, trace, silent.',
		]);
	});

	it.each([
		['PORT', '0'],
		['PORT', '3e3'],
		['PUBLIC_URL', 'https://portal.example.com/app'],
		['PUBLIC_URL', 'https://me@portal.example.com'],
		['PUBLIC_URL', 'ftp://portal.example.com'],
		['DATABASE_URL', 'postgres://db/portal'],
		['DATABASE_URL', 'sqlite:'],
		['DATABASE_URL', 'sqlite://'],
		['MAIL_FROM', 'Portal <portal@example.com>'],
		['SUPPORT_EMAIL', 'a@example.com, b@example.com'],
		['SENDGRID_API_URL', 'http://mail.example.com'],
		['SMTP_URL', 'mail.example.com:25'],
		['TRUST_PROXY', 'true'],
		['TRUST_PROXY', '11'],
		['TRUST_PROXY', '0.0.0.0/0'],
		['TRUST_PROXY', '10.0.0.0/33'],
		['ALLOW_HTTP', 'yes'],
		['BODY_LIMIT', '10 apples'],
		['BODY_LIMIT', '1'],
		['MAIL_TIMEOUT', '0'],
	])('refuses %s=%s', (name, value) => {
		expect(problemsOf({ [name]: value })).toEqual([
			expect.stringMatching(new RegExp(`^${name}: .* is not right\\. Expected .+\\.$`)),
		]);
	});

	it.each(['1', 'loopback', '10.0.0.0/8, 192.168.1.7', 'fd00::/8'])(
		'takes TRUST_PROXY=%s',
		(value) => {
			expect(readConfig({ TRUST_PROXY: value }).trustProxy).toBe(value);
		},
	);

	it('R27 never repeats the value of a secret setting', () => {
		const env = {
			SECRET_KEYS: 'hunter2-secret',
			SMTP_URL: 'http://me:hunter2-secret@mail.example.com',
			DATABASE_URL: 'mysql://me:hunter2-secret@db',
		};
		const problems = problemsOf(env);
		expect(problems).toHaveLength(3);
		expect(problems.join()).not.toContain('hunter2-secret');
	});

	describe('R41 plain HTTP', () => {
		const env = { PUBLIC_URL: 'http://portal.example.com', ALLOW_OUTBOX: '1' };

		it('is refused for a public URL beyond this machine', () => {
			expect(problemsOf(env)).toEqual([expect.stringMatching(/^PUBLIC_URL .* ALLOW_HTTP=1/)]);
		});

		it('is allowed by ALLOW_HTTP=1', () => {
			expect(problemsOf({ ...env, ALLOW_HTTP: '1' })).toEqual([]);
		});

		it.each(['http://127.0.0.1:3000', 'http://[::1]:3000', 'http://portal.localhost:3000'])(
			'is allowed on %s',
			(url) => {
				expect(problemsOf({ PUBLIC_URL: url })).toEqual([]);
			},
		);

		it('takes a look-alike of this machine for what it is', () => {
			expect(problemsOf({ ...env, PUBLIC_URL: 'http://127.0.0.1.example.com' })).toHaveLength(1);
		});
	});

	describe('R23 what a public server may not do', () => {
		it('keeps an outbox only with ALLOW_OUTBOX=1', () => {
			const env = { PUBLIC_URL: 'https://portal.example.com' };
			expect(problemsOf(env)).toEqual([expect.stringContaining('ALLOW_OUTBOX=1')]);
			expect(problemsOf({ ...env, ALLOW_OUTBOX: '1' })).toEqual([]);
		});

		it('uses MongoDB only with SECRET_KEYS', () => {
			const env = { DATABASE_URL: 'mongodb://db.example.com/client-portal' };
			expect(problemsOf(env)).toEqual([expect.stringMatching(/^SECRET_KEYS is not set/)]);
			expect(problemsOf({ ...env, SECRET_KEYS: `1:${strongKey}` })).toEqual([]);
		});
	});

	it.each([
		['shorter than 256 bits', `1:${strongKey.slice(0, 40)}`],
		['of one repeated byte', `1:${Buffer.alloc(32, 1).toString('base64url')}`],
		['with a version twice', `1:${strongKey},1:${strongKey}`],
		['with a version that is out of range', `256:${strongKey}`],
	])('R24 refuses a secret key %s', (_, keys) => {
		expect(problemsOf({ SECRET_KEYS: keys })).toEqual([expect.stringContaining('SECRET_KEYS')]);
	});

	it.each([
		[{ MAIL_TRANSPORT: 'sendgrid', MAIL_FROM: 'a@example.com' }, 'SENDGRID_API_KEY'],
		[{ MAIL_TRANSPORT: 'smtp', MAIL_FROM: 'a@example.com' }, 'SMTP_URL'],
		[{ MAIL_TRANSPORT: 'sendgrid', SENDGRID_API_KEY: 'SG.x' }, 'MAIL_FROM'],
	])('asks for what the transport needs: %j', (env, missing) => {
		expect(problemsOf(env)).toEqual([expect.stringContaining(`${missing} has to be`)]);
	});

	it('R37 warns of an https URL behind a proxy whose addresses nobody reads', () => {
		const warned = (env: Record<string, string>) => hiddenNetworks(readConfig(env));
		const https = {
			PUBLIC_URL: 'https://portal.example.com',
			ALLOW_OUTBOX: '1',
			SECRET_KEYS: `1:${strongKey}`,
		};
		expect(warned(https)).toContain('TRUST_PROXY');
		for (const TRUST_PROXY of ['0', '1', 'loopback'])
			expect(warned({ ...https, TRUST_PROXY })).toBeNull();
		expect(warned({})).toBeNull();
	});

	it('reads every setting under a name of its own', () => {
		const names = Object.values(settings).map((setting) => setting.name);
		expect(new Set(names).size).toBe(names.length);
	});
});

describe('sqliteFile', () => {
	it.each([
		['sqlite:./data/portal.sqlite', './data/portal.sqlite'],
		['sqlite:///var/portal.sqlite', '/var/portal.sqlite'],
		['sqlite:/var/portal.sqlite', '/var/portal.sqlite'],
		['sqlite::memory:', null],
		['sqlite://:memory:', null],
		['mongodb://db.example.com/portal', null],
	])('%s → %s', (databaseUrl, file) => {
		expect(sqliteFile({ databaseUrl })).toBe(file);
	});
});
