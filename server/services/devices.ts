/** What a user agent says about a device, in the names people know; null where it says nothing. */
export interface Device {
	browser: string | null;
	system: string | null;
}

/** The first that fits wins: browsers name the ones they descend from, too. */
const browsers: readonly [RegExp, string][] = [
	[/\bEdg(?:e|A|iOS)?\//, 'Edge'],
	[/\bOPR\/|\bOpera\b/, 'Opera'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\bVivaldi\//, 'Vivaldi'],
	[/\bFirefox\/|\bFxiOS\//, 'Firefox'],
	[/\bChrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
	[/\bVersion\/.*\bSafari\//, 'Safari'],
];

const systems: readonly [RegExp, string][] = [
	[/\biPhone\b/, 'iPhone'],
	[/\biPad\b/, 'iPad'],
	[/\bAndroid\b/, 'Android'],
	[/\bWindows\b/, 'Windows'],
	[/\bCrOS\b/, 'ChromeOS'],
	[/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
	[/\bLinux\b/, 'Linux'],
];

/** Reads a user agent for people's eyes; nothing is decided by it. */
export function deviceOf(userAgent: string | null): Device {
	const first = (known: readonly [RegExp, string][]): string | null =>
		known.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1] ?? null;
	return { browser: first(browsers), system: first(systems) };
}
