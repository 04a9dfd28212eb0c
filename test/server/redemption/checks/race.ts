import { openBrowser } from '../../../support/browser.ts';
import { mailsTo } from '../../../support/mails.ts';
import { askForMail, broken, invite, newLink, type Check } from './people.ts';

export const competitors = 64;

/** R4: of 64 browsers that press the button of one link at the same time, exactly one gets a session. */
export const oneOfManyGetsIn: Check = async (server) => {
	server.clock.advance(1);
	const { url } = await newLink(server);
	const opened = await Promise.all(
		Array.from({ length: competitors }, async () => {
			const browser = openBrowser();
			return { browser, fields: (await browser.get(url)).fields };
		}),
	);
	await Promise.all(opened.map(({ browser, fields }) => browser.post(`${server.url}/l`, fields)));
	const won = opened.filter(({ browser }) => browser.cookies.has('session')).length;
	return broken([won === 1, `${String(won)} browsers get in with one link`]);
};

/** R4: the same when one of them types the code of the link's e-mail. */
export const linkAndCodeGetOneIn: Check = async (server) => {
	const { email } = await invite(server);
	const asker = openBrowser();
	const { fields } = await askForMail(server, asker, email);
	const [mail] = await mailsTo(server, email);
	const others = await Promise.all(
		Array.from({ length: competitors - 1 }, async () => {
			const browser = openBrowser();
			return { browser, form: (await browser.get(mail!.link)).fields, path: '/l' };
		}),
	);
	const all = [{ browser: asker, form: { ...fields, code: mail!.code }, path: '/code' }, ...others];
	await Promise.all(all.map(({ browser, form, path }) => browser.post(server.url + path, form)));
	const won = all.filter(({ browser }) => browser.cookies.has('session')).length;
	return broken([won === 1, `${String(won)} browsers get in with link and code of one e-mail`]);
};
