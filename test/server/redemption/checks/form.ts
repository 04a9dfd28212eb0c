import { openBrowser } from '../../../support/browser.ts';
import { broken, newLink, type Check } from './people.ts';

/** R3: only the form that this browser was given for this very link redeems it; what is refused leaves the link good. */
export const formBelongsToBrowserAndLink: Check = async (server) => {
	const [link, otherLink] = [await newLink(server), await newLink(server)];
	const thief = openBrowser();
	const ofAnotherBrowser = (await openBrowser().get(link.url)).fields['formToken'] ?? '';
	const ofAnotherLink = (await thief.get(otherLink.url)).fields['formToken'] ?? '';
	const forms = {
		'without a form token': '',
		'with a made-up form token': 'A'.repeat(43),
		'with the form of another browser': ofAnotherBrowser,
		'with the form of another link': ofAnotherLink,
	};
	const found: string[] = [];
	for (const [words, formToken] of Object.entries(forms)) {
		const form = { token: link.token, formToken };
		const { status } = await thief.post(`${server.url}/l`, form);
		const signsIn = status !== 403 || thief.cookies.delete('session');
		found.push(...broken([!signsIn, `a link redeems ${words}`]));
		// The next one finds a link that nobody has used.
		if (signsIn) return found;
	}
	const row = await server.services.store.magicLinks.get(link.id);
	const again = await thief.post(`${server.url}/l`, { token: link.token, formToken: 'x' });
	const pressed = await thief.post(`${server.url}/l`, again.fields);
	return broken(
		[row?.redeemedAt === null, 'a refused form uses up the link'],
		[pressed.status === 303, 'the form that comes with the refusal does not work'],
	);
};
