import { openBrowser, type Browser, type Page } from '../../../support/browser.ts';
import { median, quantile } from '../../../support/quantile.ts';

/** Milliseconds of one answer to the sign-in form, and of the page asked for right after it. */
interface Sample {
	kind: string;
	answerMs: number;
	nextMs: number;
	/** The answer, in which a code can be typed. */
	page: Page;
}

/** What the sign-in page of a server took, for each kind of address. */
export interface Times {
	kind: string;
	answer: Spread;
	next: Spread;
	/** Of a wrong code, typed when the e-mails have left. */
	wrongCode: Spread;
}

interface Spread {
	median: number;
	p10: number;
	p90: number;
}

/**
 * Types addresses of several kinds on the sign-in page of the server at `url`, one after the other and in a random order, so that
 * whatever else the machine does meets all kinds alike. `addresses` holds the addresses of each kind, each typed once, or the same one
 * several times. Every one comes from a network of its own. Then a wrong code is typed for each, after `untilMailed`.
 */
export async function timeSignIns(
	url: string,
	addresses: Readonly<Record<string, readonly string[]>>,
	untilMailed: () => Promise<void>,
): Promise<Times[]> {
	const asked = Object.entries(addresses).flatMap(([kind, emails]) =>
		emails.map((email) => ({ kind, email, order: Math.random() })),
	);
	asked.sort((a, b) => a.order - b.order);
	const browser = openBrowser();
	const { fields } = await browser.get(`${url}/sign-in`);
	const samples: Sample[] = [];
	for (const [n, { kind, email }] of asked.entries()) {
		const network = `10.${String(n >> 16)}.${String((n >> 8) & 255)}.${String(n & 255)}`;
		const from = performance.now();
		const headers = { 'x-forwarded-for': network };
		const page = await browser.post(`${url}/sign-in`, { ...fields, email }, headers);
		const answered = performance.now();
		if (page.status !== 200) throw new Error(`${kind} was answered ${String(page.status)}`);
		await browser.get(`${url}/sign-in`);
		const [answerMs, nextMs] = [answered - from, performance.now() - answered];
		samples.push({ kind, answerMs, nextMs, page });
	}
	await untilMailed();
	const typed = await timeWrongCodes(url, browser, samples);
	return Object.keys(addresses).map((kind) => {
		const mine = samples.filter((sample) => sample.kind === kind);
		const codes = typed.filter((sample) => sample.kind === kind);
		return {
			kind,
			answer: spreadOf(mine.map(({ answerMs }) => answerMs)),
			next: spreadOf(mine.map(({ nextMs }) => nextMs)),
			wrongCode: spreadOf(codes.map(({ ms }) => ms)),
		};
	});
}

/** A wrong code for each sample, a few at once: in their random order, so that all kinds have the same company. */
async function timeWrongCodes(url: string, browser: Browser, samples: readonly Sample[]) {
	const atOnce = Math.ceil(samples.length / 40);
	const times: { kind: string; ms: number }[] = [];
	for (let n = 0; n < samples.length; n += atOnce) {
		await Promise.all(
			samples.slice(n, n + atOnce).map(async ({ kind, page }) => {
				const from = performance.now();
				const form = { ...page.fields, code: '000000' };
				const { status } = await browser.post(`${url}/code`, form);
				times.push({ kind, ms: performance.now() - from });
				// One code in a million is right.
				if (status !== 422) throw new Error(`a code for ${kind} was answered ${String(status)}`);
			}),
		);
	}
	return times;
}

function spreadOf(values: readonly number[]): Spread {
	return { median: median(values), p10: quantile(values, 0.1), p90: quantile(values, 0.9) };
}

/** How much longer than the quickest kind another may take. Looking up and ordering an e-mail takes several times an answer. */
const mostTimes = 1.5;

const judged = {
	answer: 'answers',
	next: 'the pages after answers',
	wrongCode: 'answers to wrong codes',
} as const;

/** R39: the kinds of address for which something takes longer than for others; a sentence each. */
export function slowerKinds(times: readonly Times[]): string[] {
	const parts = Object.keys(judged) as (keyof typeof judged)[];
	return parts.flatMap((part) => {
		const quickest = Math.min(...times.map((kind) => kind[part].median));
		return times
			.filter((kind) => kind[part].median > quickest * mostTimes)
			.map(({ kind }) => `${judged[part]} for ${kind} addresses take longer`);
	});
}

/** A line for each kind, for people. */
export function printedTimes(times: readonly Times[]): string {
	const ms = ({ median, p10, p90 }: Spread) =>
		`${median.toFixed(2)} (${p10.toFixed(2)} to ${p90.toFixed(2)})`;
	const lines = times.map(
		({ kind, answer, next, wrongCode }) =>
			`${kind}: ${ms(answer)}; the next page ${ms(next)}; a wrong code ${ms(wrongCode)}`,
	);
	return ['milliseconds, median (p10 to p90)', ...lines].join('\n');
}
