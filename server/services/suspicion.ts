import { isbot } from 'isbot';

/** Why a press of the button may be a mail scanner's and not a person's (R10). */
export type Sign =
	| 'known_robot'
	| 'no_browser_headers'
	| 'loaded_ahead'
	| 'no_trusted_press'
	| 'just_mailed'
	| 'many_visits';

/** What a request's headers tell about who makes it. */
export interface Caller {
	userAgent: string | null;
	/** `Sec-Fetch-Mode`, which every browser of the last years sends to addresses that are secure or on its own machine. */
	fetchMode: string | null;
	/** False where browsers leave that header out: on plain HTTP beyond the own machine. */
	sendsFetchMode: boolean;
	/** `Sec-Purpose`, with which browsers and mail programs say that they load ahead what somebody may open next. */
	purpose: string | null;
}

/** What a press of the button tells about who pressed. */
export interface Press extends Caller {
	/** The page's script saw an event that the browser vouches for (`isTrusted`); false too where scripts are off. */
	trusted: boolean;
	/** How long ago the link's e-mail left; null when it came in none. */
	sinceMailMs: number | null;
	/** The link was opened before as scanners do, from the same network (openings.ts). */
	manyVisits: boolean;
}

/** Names of mail scanners that `isbot` does not know when they stand behind a browser's name. */
const mailScanners =
	/proofpoint|barracuda|mimecast|safelinks|ironport|fireeye|trendmicro|symantec|messagelabs|fortimail|sophos|zscaler|cloudmark|urldefense/i;

/** The signs of a robot that any request may bear: of a scanner, or of a program that shows a preview of the link. */
export function signsOfRobot({ userAgent, fetchMode, sendsFetchMode, purpose }: Caller): Sign[] {
	return given([
		['known_robot', isbot(userAgent) || mailScanners.test(userAgent ?? '')],
		['no_browser_headers', sendsFetchMode && fetchMode !== 'navigate'],
		['loaded_ahead', purpose !== null],
	]);
}

/** The signs of a mail scanner that a press bears; none for a person in an ordinary browser who took the time to read. */
export function signsOfScanner(press: Press, { scannerMailMs }: { scannerMailMs: number }): Sign[] {
	const { sinceMailMs } = press;
	return [
		...signsOfRobot(press),
		...given([
			['no_trusted_press', !press.trusted],
			['just_mailed', sinceMailMs !== null && sinceMailMs < scannerMailMs],
			['many_visits', press.manyVisits],
		]),
	];
}

function given(signs: readonly [Sign, boolean][]): Sign[] {
	return signs.flatMap(([sign, is]) => (is ? [sign] : []));
}
