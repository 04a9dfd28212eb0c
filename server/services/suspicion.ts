/** Why a press of the button may be a mail scanner's and not a person's (R10). */
export type Sign = 'known_robot' | 'no_browser_headers' | 'no_trusted_press';

/** What a press of the button tells about who pressed. */
export interface Press {
	userAgent: string | null;
	/** `Sec-Fetch-Mode`, which every browser of the last years sends to addresses that are secure or on its own machine. */
	fetchMode: string | null;
	/** False where browsers leave that header out: on plain HTTP beyond the own machine. */
	sendsFetchMode: boolean;
	/** The page's script saw an event that the browser vouches for (`isTrusted`); false too where scripts are off. */
	trusted: boolean;
}

const robots =
	/(?<!cu)bot\b|crawl|spider|slurp|scan|preview|headless|fetch|curl|wget|python|java\/|go-http|okhttp|axios|libwww|proofpoint|barracuda|mimecast|safelinks/i;

/** The signs of a mail scanner that a press bears; none for a person in an ordinary browser. */
export function signsOfScanner(press: Press): Sign[] {
	const signs: [Sign, boolean][] = [
		['known_robot', robots.test(press.userAgent ?? '')],
		['no_browser_headers', press.sendsFetchMode && press.fetchMode !== 'navigate'],
		['no_trusted_press', !press.trusted],
	];
	return signs.flatMap(([sign, is]) => (is ? [sign] : []));
}
