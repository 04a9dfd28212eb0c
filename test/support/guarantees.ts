/**
 * What sign-in links, codes and sessions guarantee, by number, in a few words. The tests in test/server/redemption carry the number
 * in their titles.
 */
export const guarantees: ReadonlyMap<number, string> = new Map([
	[1, 'opening a link writes nothing to it'],
	[2, 'only POST redeems'],
	[3, 'only the form of this browser and link redeems'],
	[4, 'of 64 at once one gets in'],
	[5, 'codes are counted before they are compared'],
	[6, 'link and code are one credential'],
	[7, 'never spent and stuck'],
	[8, 'expiry is exact, in the consuming write'],
	[9, 'the same browser may post again'],
	[10, 'mail scanners spend no link'],
	[11, 'people get in with scripts off'],
	[12, 'scanners and admins are not counted as people'],
	[13, 'a spent link says only that'],
	[14, 'the browser that asked is not asked'],
	[15, 'dead links leak nothing and lead on'],
	[16, 'asks before it changes the person'],
	[17, 'another device gets in by code'],
	[18, 'a secret is worth nothing elsewhere'],
	[19, 'a link belongs to its portal'],
	[20, 'revoked, deleted, re-addressed: all dead at once'],
	[21, 'a link belongs to its address'],
	[22, 'redeeming ends other links of the kind'],
	[23, 'a dump of the database signs nobody in'],
	[24, 'secrets cannot be guessed'],
	[25, 'bodies are checked before any query'],
	[26, 'pages with a secret leak nothing'],
	[27, 'secrets are in no log, event or job'],
	[28, 'e-mails carry the link unchanged, untracked'],
	[29, 'previews make no link, recipients one each'],
	[30, 'no request decides about a link’s host'],
	[32, 'destinations stay on the portal'],
	[33, 'exactly one mailbox'],
	[34, 'no look-alike addresses'],
	[35, 'one canonical address everywhere'],
	[36, 'what people typed is text'],
	[37, 'limits are shared, atomic and lasting'],
	[38, 'strangers lock nobody out'],
	[39, 'the sign-in page tells nothing about anybody'],
	[40, 'forms of other origins are refused'],
	[41, 'session cookies are new, closed and end'],
	[46, 'links for somebody else are audited'],
	[47, 'one idempotency key, one send'],
]);

/** No database takes part in these. */
export const withoutStore: ReadonlySet<number> = new Set([24, 33, 34]);

/** Of these a test breaks the server on purpose, to see that their check fails then. */
export const seenToFail: ReadonlySet<number> = new Set([3, 4, 8, 18, 30, 32, 38, 39]);

/** In the title of a check that runs against a server which was broken on purpose. */
export const brokenServer = 'caught: a server that';
