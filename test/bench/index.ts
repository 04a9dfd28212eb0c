import { run as links } from './links.bench.ts';
import { run as render } from './render.bench.ts';
import { run as sendgrid } from './sendgrid.bench.ts';

/** All benchmarks, one after the other: each prints what it measured and what it aims at. */
for (const [name, run] of [
	['Rendering', render],
	['Sending', sendgrid],
	['Links', links],
] as const) {
	console.log(`\n${name}`);
	for (const line of await run()) console.log(`  ${line}`);
}
