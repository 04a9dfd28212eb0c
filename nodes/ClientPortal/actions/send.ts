import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { asRecord, problemOfItem } from '../transport/explain';
import { idempotencyKey } from '../transport/idempotency-key';
import { escapeHtml, type Problem } from '../transport/problem';
import { request } from '../transport/request';
import type { Operation } from './operation';
import { readOptions, type ContactName, type Options } from './read';
import { planBatches, runItems, type Outcome } from './run';

/** One e-mail that is asked for. */
export interface MailOrder {
	/** What is the same for a whole request. */
	settings: IDataObject;
	item: IDataObject;
	/** The own text of this e-mail, for operations that take one per item. */
	text?: IDataObject;
}

/** What everything that makes a link for a contact has in common. */
export function linkOrder(
	context: IExecuteFunctions,
	index: number,
	contact: ContactName,
	options: Options,
): Pick<MailOrder, 'settings' | 'item'> {
	const name = 'id' in contact ? contact.id : contact.email;
	return {
		settings: {
			...(options.portalId === '' ? {} : { portalId: options.portalId }),
			...(options.expiresIn === null ? {} : { expiresIn: options.expiresIn }),
		},
		item: {
			contact,
			...(options.section === '' ? {} : { destination: options.section }),
			idempotencyKey: idempotencyKey(context, index, options.idempotencyKey, name),
		},
	};
}

/** What all e-mail operations have in common. */
export function mailOrder(
	context: IExecuteFunctions,
	index: number,
	contact: ContactName,
	options: Options,
): MailOrder {
	const { settings, item } = linkOrder(context, index, contact, options);
	return { settings: { ...settings, wait: options.wait }, item };
}

/** How an operation runs that e-mails contacts: `read` makes the order of one item, and batches of them go to this path. */
export function sendsMails(
	path: string,
	read: (context: IExecuteFunctions, index: number) => MailOrder,
): Operation['execute'] {
	return async (context) => {
		const { batchSize } = readOptions(context, 0);
		return await runItems(
			context,
			(index) => read(context, index),
			(wanted) => planBatches(wanted, batchSize, (orders) => sendMails(context, path, orders)),
		);
	};
}

/** Orders the e-mails of one request and answers what became of each. */
async function sendMails(
	context: IExecuteFunctions,
	path: string,
	orders: MailOrder[],
): Promise<Outcome[]> {
	const { wait, ...settings } = orders[0]?.settings ?? {};
	const texts = distinctTexts(orders);
	const items = orders.map(({ item, text }) =>
		text === undefined ? item : { ...item, content: texts.indexOf(JSON.stringify(text)) },
	);
	const contents = texts.map((text) => JSON.parse(text) as IDataObject);
	const answer = await request(context, {
		method: 'POST',
		path,
		query: { wait },
		body: { ...settings, ...(contents.length === 0 ? {} : { contents }), items },
	});
	if (!answer.ok) {
		const culprits = badContents(answer.problem, contents.length);
		if (culprits.size > 0 && context.continueOnFail()) {
			return await sendGoodOnes(context, path, orders, answer.problem, culprits);
		}
		return orders.map(() => answer);
	}
	const send = asRecord(answer.body.send);
	addHints(context, send);
	const answers = Array.isArray(answer.body.items) ? answer.body.items : [];
	return answers.map((one) => mailOutcome(asRecord(one), send));
}

function distinctTexts(orders: MailOrder[]): string[] {
	const texts = orders.flatMap(({ text }) => (text === undefined ? [] : [JSON.stringify(text)]));
	return [...new Set(texts)];
}

/** The contents with findings, when there are others without. */
function badContents(problem: Problem, contents: number): Set<number> {
	const bad = new Set((problem.findings ?? []).flatMap(({ content }) => content ?? []));
	return bad.size < contents ? bad : new Set();
}

/** One bad text stops a whole request, before anything leaves: here its items fail and the others are sent. */
async function sendGoodOnes(
	context: IExecuteFunctions,
	path: string,
	orders: MailOrder[],
	problem: Problem,
	bad: Set<number>,
): Promise<Outcome[]> {
	const texts = distinctTexts(orders);
	const contentOf = (order: MailOrder) => texts.indexOf(JSON.stringify(order.text));
	const good = orders.filter((order) => !bad.has(contentOf(order)));
	const sent = await sendMails(context, path, good);
	return orders.map((order): Outcome => {
		const content = contentOf(order);
		if (!bad.has(content)) return sent[good.indexOf(order)] ?? { ok: false, problem };
		const findings = problem.findings?.filter((finding) => finding.content === content) ?? [];
		const own = problemOfItem({ code: problem.code, title: problem.message, findings });
		return { ok: false, problem: own };
	});
}

function mailOutcome(answer: Record<string, unknown>, send: Record<string, unknown>): Outcome {
	if (answer.ok !== true) return { ok: false, problem: problemOfItem(answer.error) };
	const contact = asRecord(answer.contact);
	const delivery = asRecord(answer.delivery);
	if (delivery.status === 'failed') return { ok: false, problem: problemOfItem(delivery.error) };
	const common = { id: contact.id, email: contact.email };
	if (typeof answer.skipped === 'string') {
		return {
			ok: true,
			json: [{ ...common, status: 'skipped', skipped: answer.skipped } as IDataObject],
		};
	}
	// A repeated request finds the e-mail in the send of the first one.
	const sendId = answer.sendId ?? send.id;
	return { ok: true, json: [{ ...common, status: delivery.status, sendId } as IDataObject] };
}

/** Says beside the output what a person should know about the send as a whole. */
function addHints(context: IExecuteFunctions, send: Record<string, unknown>): void {
	const say = (message: string) => {
		context.addExecutionHints({ message: escapeHtml(message), location: 'outputPane' });
	};
	if (typeof send.outboxUrl === 'string') {
		say(`Nothing left the server: the e-mails are in its outbox at ${send.outboxUrl}`);
	}
	for (const [path, contacts] of Object.entries(asRecord(send.missing))) {
		say(
			`${String(contacts)} of the contacts have no ${path}: there the e-mail shows its fallback, or nothing.`,
		);
	}
}
