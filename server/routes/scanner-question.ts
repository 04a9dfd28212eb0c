import type { Request, Response } from 'express';

import { isLoopback } from '../loopback.ts';
import { questionPage, type QuestionTrouble } from '../pages/question.ts';
import { readLoginCode } from '../services/login-code.ts';
import { askedHere } from '../services/scanner-visits.ts';
import { signsOfScanner, type Caller, type Sign } from '../services/suspicion.ts';
import type { MagicLink, Portal } from '../store/store.ts';
import { formField, localeOf, sendPage, userAgentOf, type PageParts } from './page-kit.ts';

/** A press of the button on a link's page. */
interface Pressed {
	portal: Portal;
	token: string;
	linkId: string;
	nonce: string;
}

/**
 * Answers a press that looks like a mail scanner's with a question (R10): for the code of the link's e-mail, or where there is none
 * or no guess is left, for the address the link is for. Null when it did; the link is left alone. Else how the link may be redeemed:
 * the answer was right, or there is nothing to ask, as in the browser that asked for the link itself (R14).
 */
export async function askedAPerson(
	parts: PageParts,
	request: Request,
	response: Response,
	{ portal, token, linkId, nonce }: Pressed,
): Promise<'link' | 'answer' | null> {
	const { config, links, keys } = parts.services;
	const signs = signsOf(parts, request);
	const wasAsked = formField(request, 'asked') !== '';
	if (signs.length < config.scannerSigns && !wasAsked) return 'link';
	const { state, link, contact } = await links.lookAt(portal, linkId);
	if (state === 'dead' || askedHere(keys, link, nonce)) return 'link';
	const asks = await whatToAsk(parts, portal, link);
	const answer = formField(request, asks === 'code' ? 'code' : 'email');
	const outcome = answer === '' ? null : await check(parts, portal, link, asks, answer);
	if (outcome === 'right') return 'answer';
	await recordQuestion(parts, portal, link, { asks, signs, wrong: outcome !== null });
	const formToken = parts.services.sessions.formToken(nonce, linkId);
	const page = questionPage({
		...{ portal, asks, token, formToken },
		locale: localeOf(request, portal, contact),
		trouble: outcome,
	});
	sendPage(response, answer === '' ? 200 : 422, page, portal);
	return null;
}

/** Whoever uses up the guesses at a contact's codes locks nobody out (R38). */
async function whatToAsk(
	{ services }: PageParts,
	portal: Portal,
	link: MagicLink,
): Promise<'code' | 'address'> {
	if (!link.hasCode || link.codeTries >= services.config.limitCodeTries) return 'address';
	return (await services.limits.mayGuess(portal, link.subject.id)) ? 'code' : 'address';
}

/** What the headers of a request tell about who makes it. */
export function callerOf({ config }: PageParts['services'], request: Request): Caller {
	const publicUrl = new URL(config.publicUrl);
	return {
		userAgent: userAgentOf(request),
		fetchMode: request.get('sec-fetch-mode') ?? null,
		sendsFetchMode: publicUrl.protocol === 'https:' || isLoopback(publicUrl),
		purpose: request.get('sec-purpose') ?? null,
	};
}

function signsOf({ services }: PageParts, request: Request): Sign[] {
	const mailedAt = Number.parseInt(formField(request, 'mailedAt'), 10);
	const press = {
		...callerOf(services, request),
		trusted: formField(request, 'pressed') !== '',
		sinceMailMs: Number.isNaN(mailedAt) ? null : services.clock.now() - mailedAt,
		manyVisits: formField(request, 'manyVisits') !== '',
	};
	return signsOfScanner(press, services.config);
}

async function check(
	{ services }: PageParts,
	portal: Portal,
	link: MagicLink,
	asks: 'code' | 'address',
	answer: string,
): Promise<'right' | QuestionTrouble> {
	if (asks === 'address') return services.addressGuesses.check(link, answer);
	if (readLoginCode(answer) === null) return 'no_code';
	return (await services.codeGuesses.check(portal, link, answer)) ? 'right' : 'wrong';
}

/** What an admin reads about it: a scanner's press is a question that nobody answered (R12). */
async function recordQuestion(
	{ services }: PageParts,
	portal: Portal,
	link: MagicLink,
	data: { asks: string; signs: Sign[]; wrong: boolean },
): Promise<void> {
	await services.events.recordVisit({
		...{ portalId: portal.id, type: 'link.questioned', actor: 'visitor', linkId: link.id },
		...{ contactId: link.subject.id, data },
	});
}
