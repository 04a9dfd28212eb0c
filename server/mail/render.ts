import { render, TemplateError, type CompiledText } from 'custom-values';
import type { Logger } from 'pino';

import { PortalError } from '../errors.ts';
import type { MailBatch, Outcome, Recipient } from './mailer.ts';

/** The three texts of one e-mail, finished. */
export interface RenderedMessage {
	subject: string;
	html: string;
	text: string;
	/** Paths of the values that the contact lacked and that left a gap, each once. */
	missing: string[];
	/** Values in whose place a fallback stands, each once with each text. */
	fallbacks: { path: string; text: string }[];
}

/** Fills in one recipient's e-mail. Throws TemplateError when a secret or another required value is missing. */
export function renderMessage(batch: MailBatch, recipient: Recipient): RenderedMessage {
	const content = batch.contents[recipient.content];
	if (content === undefined) {
		throw new PortalError('internal_error', {
			reason: `the batch has no content ${String(recipient.content)}`,
		});
	}
	const filling = fillingFor(recipient, batch.now);
	return {
		subject: filling.fill(content.subject),
		html: filling.fill(content.html),
		text: filling.fill(content.text),
		...filling.lacks(),
	};
}

/** Fills in texts for one recipient, one after the other, and keeps account of what the recipient lacks. */
export function fillingFor(
	recipient: Pick<Recipient, 'values' | 'locale' | 'timeZone'>,
	now: number,
): {
	/** Throws TemplateError when a secret or another required value is missing. */
	fill(compiled: CompiledText): string;
	lacks(): Pick<RenderedMessage, 'missing' | 'fallbacks'>;
} {
	const missing = new Set<string>();
	const fallbacks = new Map<string, { path: string; text: string }>();
	return {
		fill(compiled) {
			const rendered = render(compiled, recipient.values, {
				locale: recipient.locale,
				timeZone: recipient.timeZone,
				now,
				onMissing: 'empty',
			});
			for (const path of rendered.missing) missing.add(path);
			for (const one of rendered.fallbacks)
				fallbacks.set(JSON.stringify([one.path, one.text]), one);
			return rendered.text;
		},
		lacks: () => ({ missing: [...missing], fallbacks: [...fallbacks.values()] }),
	};
}

/** What stands in the way of an e-mail, in sentences; where in its text they do not say. */
export function messagesOf({ findings }: TemplateError): string {
	return findings.map(({ message }) => message).join(' ');
}

/** The outcome of an e-mail that could not be rendered. What is no finding is a fault of ours: logged, and only this e-mail fails. */
export function renderFailure(error: unknown, log: Pick<Logger, 'error'>): Outcome {
	if (!(error instanceof TemplateError)) {
		log.error({ err: error }, 'an e-mail could not be rendered');
		return {
			status: 'failed',
			code: 'internal_error',
			detail: 'The e-mail could not be rendered.',
			missing: [],
		};
	}
	const isMissing = error.findings.some(({ code }) => code === 'value_missing');
	return {
		status: 'failed',
		code: isMissing ? 'value_missing' : 'template_invalid',
		detail: messagesOf(error),
		missing: [],
	};
}
