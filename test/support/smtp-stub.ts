import type { AddressInfo } from 'node:net';

import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface StubDelivery {
	from: string;
	to: string[];
	/** Whether the connection was encrypted. */
	secure: boolean;
	/** The message as it came over the wire, after dot-unstuffing. */
	raw: string;
	mail: ParsedMail;
}

type Stage = 'connect' | 'mail_from' | 'rcpt_to' | 'data';

export interface SmtpStub {
	/** With user and password, when it was started with them. */
	url: string;
	deliveries: StubDelivery[];
	/** How many times a password was given, right or wrong. */
	logins: number;
	/** Asked at each stage: null goes on, a code refuses with it and `said`, 'hang' never answers. */
	script: (stage: Stage, address: string) => { code: number; said: string } | 'hang' | null;
	close(): Promise<void>;
}

/**
 * A real SMTP server on a free port of this machine. Without encryption unless `server` says otherwise; the certificate that it
 * would use is self-signed.
 */
export async function startSmtpStub(
	options: { user?: string; password?: string; server?: SMTPServerOptions } = {},
): Promise<SmtpStub> {
	const { user, password = '' } = options;
	const consult = (stage: Stage, address: string, next: (error: Error | null) => void) => {
		const verdict = stub.script(stage, address);
		if (verdict === 'hang') return;
		next(
			verdict === null
				? null
				: Object.assign(new Error(verdict.said), { responseCode: verdict.code }),
		);
	};
	const server = new SMTPServer({
		authOptional: user === undefined,
		logger: false,
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		...options.server,
		onConnect: (_session, next) => {
			consult('connect', '', next);
		},
		onAuth(auth, _session, next) {
			stub.logins++;
			if (auth.username === user && auth.password === password) next(null, { user });
			else next(new Error(`Invalid username or password ${String(auth.password)}`));
		},
		onMailFrom: (address, _session, next) => {
			consult('mail_from', address.address, next);
		},
		onRcptTo: (address, _session, next) => {
			consult('rcpt_to', address.address, next);
		},
		onData(stream, session, next) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				consult('data', '', (error) => {
					if (error !== null) {
						next(error);
						return;
					}
					void keep(Buffer.concat(chunks), session.envelope, session.secure).then(() => {
						next();
					});
				});
			});
		},
	});
	const keep = async (
		source: Buffer,
		envelope: { mailFrom: false | { address: string }; rcptTo: { address: string }[] },
		secure: boolean,
	) => {
		stub.deliveries.push({
			from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
			to: envelope.rcptTo.map(({ address }) => address),
			secure,
			raw: source.toString('utf8'),
			mail: await simpleParser(source),
		});
	};
	// Connections that clients give up on are part of the tests.
	server.on('error', () => undefined);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.server.address() as AddressInfo;
	const login =
		user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
	const stub: SmtpStub = {
		url: `smtp://${login}127.0.0.1:${String(port)}`,
		deliveries: [],
		logins: 0,
		script: () => null,
		close: () =>
			new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
			}),
	};
	return stub;
}
