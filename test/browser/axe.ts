import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, as `rule: element`. */
export async function axeFindings(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	return await page.evaluate(async () => {
		const { axe: checker } = globalThis as unknown as {
			axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
		};
		const { violations } = await checker.run();
		return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
	});
}
