import { uuidBytes, uuidV7 } from '../../../../server/ids.ts';
import type { KeyPurpose } from '../../../../server/services/keys.ts';
import { openBrowser, signIn } from '../../../support/browser.ts';
import type { TestServer } from '../../../support/server.ts';
import { broken, newLink, type Check } from './people.ts';

const otherPurposes: KeyPurpose[] = [
	'login-code',
	'session',
	'form-token',
	'api-key-hash',
	'limit',
];

/** A link's address whose secret was made for another purpose, or for another portal, with the server's own key. */
function forged(
	{ services, url }: TestServer,
	linkId: string,
	purpose: KeyPurpose,
	portalId: string,
): string {
	const { keys } = services;
	const mac = keys.macNewest(purpose, [portalId, linkId]);
	const token = Buffer.concat([Buffer.of(keys.newest), uuidBytes(linkId), mac]);
	return `${url}/l/${token.toString('base64url')}`;
}

/** R18: purpose and portal are in what a link's secret is made of. */
export const secretsHaveOnePurpose: Check = async (server) => {
	const { id } = await newLink(server);
	const opens = async (url: string) => (await openBrowser().get(url)).status === 200;
	const portalId = server.portal.id;
	const found: [boolean, string][] = [];
	for (const purpose of otherPurposes) {
		const does = await opens(forged(server, id, purpose, portalId));
		found.push([!does, `a secret made for ${purpose} opens a link`]);
	}
	const elsewhere = await opens(forged(server, id, 'magic-link', uuidV7(server.clock.time)));
	return broken(...found, [!elsewhere, 'a secret made for another portal opens a link']);
};

/** R18: an admin's link signs no client in, a client's no admin, and neither link is spent by trying. */
export const linksHaveOnePurpose: Check = async (server) => {
	const client = await newLink(server);
	const admin = await server.services.admins.createLink('admin@example.com');
	const post = async (url: string, path: string, cookie: string) => {
		const browser = openBrowser();
		const { fields } = await browser.get(url);
		await browser.post(server.url + path, fields);
		return browser.cookies.has(cookie);
	};
	return broken(
		[!(await post(admin.url, '/l', 'admin')), 'a link for the dashboard is redeemed as a client’s'],
		[
			!(await post(client.url, '/admin/sign-in', 'session')),
			'a client’s link is redeemed as an admin’s',
		],
		[
			await post(client.url, '/l', 'session'),
			'a client’s link was spent where it is worth nothing',
		],
		[
			await post(admin.url, '/admin/sign-in', 'admin'),
			'an admin’s link was spent where it is worth nothing',
		],
	);
};

/** R18: the cookie of a client opens no dashboard, an admin's no portal page, and a link's secret is neither cookie nor API key. */
export const cookiesHaveOnePurpose: Check = async (server) => {
	const { url, token } = await newLink(server);
	const [client, admin] = [openBrowser(), openBrowser()];
	await signIn(admin, (await server.services.admins.createLink('admin@example.com')).url);
	const asKey = await server.call('GET', '/v1/me', undefined, { authorization: `Bearer ${token}` });
	const shows = async (cookie: 'session' | 'admin', value: string) => {
		const browser = openBrowser();
		browser.cookies.set(cookie, value);
		const page = await browser.get(server.url + (cookie === 'admin' ? '/admin' : '/'));
		return page.text.includes('sign-out"');
	};
	const linkAsCookie = (await shows('session', token)) || (await shows('admin', token));
	await signIn(client, url);
	const cookieOf = { client: client.cookies.get('session')!, admin: admin.cookies.get('admin')! };
	return broken(
		[asKey.status === 401, 'a link’s secret works as an API key'],
		[!linkAsCookie, 'a link’s secret works as a cookie'],
		[await shows('session', cookieOf.client), 'a client’s cookie does not open the portal page'],
		[await shows('admin', cookieOf.admin), 'an admin’s cookie does not open the dashboard'],
		[!(await shows('admin', cookieOf.client)), 'a client’s cookie opens the dashboard'],
		[!(await shows('session', cookieOf.admin)), 'an admin’s cookie opens the portal page'],
	);
};
