/**
 * The main job on this machine: a server on a fresh file, the example workflow on n8n's engine, and one click.
 * Ends with 1 when anything comes out otherwise than README says.
 */
import { openBrowser, signIn, type Browser } from './browser.ts';
import { exampleRows, exampleWorkflow } from './n8n/example.ts';
import { outputs, runWorkflow } from './n8n/engine.ts';
import { makePlace, runCli } from './cli.ts';
import { freePort, startProcess } from './server-process.ts';
import { progressBar, table } from './terminal.ts';

const expected = { invited: 195, rejected: 5, joined: 1 };
const differences: string[] = [];

interface Server {
	/** Without a trailing slash. */
	url: string;
	apiKey: string;
	/** Signs an admin in, once. */
	adminLink: string;
}

const place = await makePlace();
const port = await freePort();
// Nothing of the shell's settings reaches the server: its e-mails always go to the outbox.
const settings = { DATABASE_URL: place.databaseUrl, MAIL_TRANSPORT: 'outbox', PORT: String(port) };
const running = await startProcess(port, settings);
try {
	const server: Server = {
		url: `http://localhost:${String(port)}`,
		apiKey: String((await cli('create-api-key'))['key']),
		adminLink: String((await cli('create-admin', 'admin@example.com'))['url']),
	};
	say(`The server runs at ${server.url} on a fresh SQLite file. Its e-mails go to the outbox.\n`);
	const { rejected, firstNames } = await runExample(server);
	await clickOneLink(server, firstNames);
	const stats = await getStats(server);
	say(
		table([
			['Contacts', Number(stats['contacts'])],
			['Invited', Number(stats['invited'])],
			['Rejected', rejected],
			['Joined', Number(stats['joined'])],
			['Pending', Number(stats['pending'])],
		]),
	);
	expect('invited', Number(stats['invited']), expected.invited);
	expect('rejected', rejected, expected.rejected);
	expect('joined', Number(stats['joined']), expected.joined);
} finally {
	await running.stop();
	await place.remove();
}
for (const difference of differences) console.error(difference);
// n8n's engine keeps timers of its own.
process.exit(differences.length === 0 ? 0 : 1);

/** Runs a command of the server as `npm run cli -- …` does. */
async function cli(...args: string[]): Promise<Record<string, unknown>> {
	const { code, stdout, stderr } = await runCli([...args, '--json'], settings);
	if (code !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
	return JSON.parse(stdout) as Record<string, unknown>;
}

/** Runs the example on all rows of the CSV; answers how many were rejected, and the first names of the others by address. */
async function runExample({
	url,
	apiKey,
}: Server): Promise<{ rejected: number; firstNames: Map<unknown, unknown> }> {
	const rows = exampleRows();
	const workflow = exampleWorkflow();
	const steps = ['Create or Update Contact', 'Invite to Client Portal', 'Send Login Email'];
	say(`n8n runs ${workflow.name}, with the ${rows.length} rows of examples/contacts.csv:`);
	const bar = progressBar(steps.length * rows.length);
	bar.advance(0, steps[0] ?? '');
	const startedAt = performance.now();
	const run = await runWorkflow({
		workflow,
		items: rows,
		credential: { serverUrl: url, apiKey },
		onNode: (name) => {
			const step = steps.indexOf(name);
			if (step >= 0) bar.advance(rows.length, steps[step + 1] ?? '');
		},
	});
	bar.end();
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
	const { error } = run.data.resultData;
	if (error) throw new Error(`${error.message}\n${error.description ?? ''}`);
	for (const step of steps) {
		const [good = []] = outputs(run, step);
		const sent = good.filter(({ json }) => json['status'] === 'sent').length;
		const what = step.startsWith('Create') ? 'contacts' : 'e-mails sent';
		const count = step.startsWith('Create') ? good.length : sent;
		say(`  ${step.padEnd(26)}${String(count).padStart(3)} ${what}`);
		expect(step, count, expected.invited);
	}
	say(`  in ${seconds} s\n`);

	const [good = [], rejected = []] = outputs(run, steps[0] ?? '');
	say(`${rejected.length} rows were rejected, and the others went on:`);
	for (const { json, pairedItem } of rejected) {
		const row = typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item + 1 : '?';
		const { description } = json['details'] as { description: string };
		const reason = description.split('\n')[0] ?? '';
		say(`  row ${String(row).padStart(3)}  ${JSON.stringify(json['email'])}\n           ${reason}`);
	}
	say('');
	const firstNames = new Map(good.map(({ json }) => [json['email'], json['firstName']]));
	return { rejected: rejected.length, firstNames };
}

/** Opens the newest e-mail of the outbox as an admin, and its link as the client it was written to. */
async function clickOneLink(server: Server, firstNames: Map<unknown, unknown>): Promise<void> {
	const { link, to, subject } = await readNewestEmail(server);
	const name = String(firstNames.get(to));
	say(`One click: “${subject}” to ${to}, from the outbox`);
	const client = openBrowser();
	const page = await client.get(link);
	say(`  GET  the link         ${page.status}, a page with a button; nothing is redeemed`);
	expect('joined before the button', Number((await getStats(server))['joined']), 0);
	const pressed = await signIn(client, link);
	say(`  POST its form         ${pressed.status}, signed in`);
	const home = await client.get(new URL(pressed.headers.get('location') ?? '/', link).href);
	say(`  GET  the portal page  ${home.status}, “${heading(home.text)}”\n`);
	expect('status of the portal page', home.status, 200);
	expect(`the portal page greets ${name}`, unescape(home.text).includes(name), true);
}

async function readNewestEmail({
	url,
	adminLink,
}: Server): Promise<{ link: string; to: string; subject: string }> {
	const admin: Browser = openBrowser();
	await signIn(admin, adminLink);
	const list = await admin.get(`${url}/admin/outbox`);
	const row = /href="(\/admin\/outbox\/[0-9a-f-]{36})"[^]*?class="to[^"]*"><bdi>([^<]+)<\/bdi>/;
	const [, path = '', to = ''] = row.exec(list.text) ?? [];
	if (path === '') throw new Error('The outbox lists no e-mail.');
	const { text } = await admin.get(`${url}${path}`);
	const plain = unescape((await admin.get(`${url}${path}?view=text`)).text);
	const link = new RegExp(`${url}/l/[\\w-]+`).exec(plain)?.[0];
	if (link === undefined) throw new Error('The e-mail holds no link.');
	return { link, to: unescape(to), subject: heading(text) };
}

async function getStats(server: Server): Promise<Record<string, unknown>> {
	return (await get(server, '/v1/stats')) as Record<string, unknown>;
}

async function get({ url, apiKey }: Server, path: string): Promise<unknown> {
	const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
	if (!response.ok) throw new Error(`GET ${path} answered ${String(response.status)}.`);
	return await response.json();
}

/** The first heading of a page, as a person reads it. */
function heading(page: string): string {
	const inner = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(page)?.[1] ?? '';
	return unescape(inner.replace(/<[^>]+>/g, ''))
		.replace(/\s+/g, ' ')
		.trim();
}

function unescape(text: string): string {
	const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
	return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (entity, decimal, hex, name) => {
		const code = decimal ?? (hex === undefined ? undefined : parseInt(hex, 16));
		return code === undefined ? (named[name] ?? entity) : String.fromCodePoint(Number(code));
	});
}

function expect(what: string, actual: unknown, wanted: unknown): void {
	if (actual === wanted) return;
	differences.push(`${what}: ${String(actual)}, expected ${String(wanted)}`);
}

function say(line: string): void {
	console.log(line);
}
