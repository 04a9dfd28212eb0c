import { connect } from 'node:net';

import { openBrowser } from '../../../support/browser.ts';
import { mailsTo } from '../../../support/mails.ts';
import type { TestServer } from '../../../support/server.ts';
import { askForMail, broken, invite, newLink, type Check } from './people.ts';

const evil = 'evil.example';

/** A request as its bytes are, on a connection of its own; the body of the answer. */
function exchange(server: TestServer, lines: string[], body: string): Promise<string> {
	const head = [...lines, 'Connection: close', `Content-Length: ${String(body.length)}`, '', body];
	return new Promise((resolve, reject) => {
		const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
		let text = '';
		socket.setEncoding('utf8').on('data', (part: string) => (text += part));
		socket.on('error', reject).on('end', () => {
			resolve(text.slice(text.indexOf('\r\n\r\n') + 4));
		});
		socket.write(head.join('\r\n'));
	});
}

/** How a request may name another host: its target, and its headers. */
function namings(host: string): Record<string, { target?: string; headers: string[] }> {
	const own = `Host: ${host}`;
	return {
		Host: { headers: [`Host: ${evil}`] },
		'the first of two Host headers': { headers: [`Host: ${evil}`, own] },
		'the second of two Host headers': { headers: [own, `Host: ${evil}`] },
		'an absolute request line': { target: `http://${evil}`, headers: [own] },
		'X-Forwarded-Host': { headers: [own, `X-Forwarded-Host: ${evil}`] },
		Forwarded: { headers: [own, `Forwarded: host=${evil};proto=https`] },
		'X-Forwarded-Proto': { headers: [own, 'X-Forwarded-Proto: https'] },
		'X-Forwarded-Port': { headers: [own, 'X-Forwarded-Port: 444'] },
		'X-Forwarded-Prefix': { headers: [own, 'X-Forwarded-Prefix: /evil'] },
		'X-Original-Host': { headers: [own, `X-Original-Host: ${evil}`] },
		'X-Host': { headers: [own, `X-Host: ${evil}`] },
		'X-Original-URL': { headers: [own, `X-Original-URL: http://${evil}/`] },
	};
}

/** R30: nothing in a request decides about the host of a link, in an answer of the API or in an e-mail that a page sends. */
export const hostIsThePortals: Check = async (server) => {
	const { email } = await newLink(server);
	const ours = `${server.url}/l/`;
	const body = JSON.stringify({ contact: { email } });
	const found: string[] = [];
	for (const [name, { target = '', headers }] of Object.entries(
		namings(new URL(server.url).host),
	)) {
		const lines = [`POST ${target}/v1/magic-links HTTP/1.1`, ...headers];
		const known = [`Authorization: Bearer ${server.apiKey}`, 'Content-Type: application/json'];
		const { url } = JSON.parse(await exchange(server, [...lines, ...known], body)) as {
			url: string;
		};
		found.push(...broken([url.startsWith(ours), `${name} decides about the host of a link`]));
	}
	const forged = { 'x-forwarded-host': evil, forwarded: `host=${evil}`, 'x-host': evil };
	for (const [name, value] of Object.entries(forged)) {
		const person = await invite(server);
		await askForMail(server, openBrowser(), person.email, { [name]: value });
		const [mail] = await mailsTo(server, person.email);
		const is = mail?.link.startsWith(ours) === true;
		found.push(...broken([is, `${name} decides about the host of an e-mailed link`]));
	}
	return found;
};
