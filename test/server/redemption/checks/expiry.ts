import { openBrowser } from '../../../support/browser.ts';
import { broken, newLink, type Check } from './people.ts';

/** R8: a link is good one millisecond before its end and not at its end, by the server's clock, when the button is pressed. */
export const expiryIsExact: Check = async (server) => {
	const [first, second, third] = [
		await newLink(server, { expiresIn: 60 }),
		await newLink(server, { expiresIn: 60 }),
		await newLink(server, { expiresIn: 60 }),
	];
	const press = async ({ url }: { url: string }) => {
		const browser = openBrowser();
		const { fields } = await browser.get(url);
		return async () => {
			await browser.post(`${server.url}/l`, fields);
			return browser.cookies.has('session');
		};
	};
	// All three pages are open before the end.
	const presses = [await press(first), await press(second), await press(third)];
	server.clock.advance(60_000 - 1);
	const before = await presses[0]!();
	server.clock.advance(1);
	const at = await presses[1]!();
	server.clock.advance(1);
	const after = await presses[2]!();
	return broken(
		[before, 'a link does not redeem a millisecond before its end'],
		[!at, 'a link redeems at its end'],
		[!after, 'a link redeems a millisecond after its end'],
	);
};
