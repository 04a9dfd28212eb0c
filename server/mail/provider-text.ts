const maxCharacters = 300;
const link = /\bhttps?:\/\/[^\s"'<>]+/gi;
const providerLink = /^https?:\/\/([\w-]+\.)*(sendgrid|twilio)\.com\/[\w/.-]*$/i;
/** Longer than any word, shorter than any secret of ours and any provider's key. */
const token = /[\w+=-]{28,}/g;

/**
 * What a provider said, safe to store, answer and log (R27): one short line without the given secrets and without whatever
 * looks like a link or a token, since providers like to quote what they refuse.
 */
export function providerText(text: string, secrets: readonly string[] = []): string {
	let line = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, ' ');
	for (const secret of secrets) if (secret !== '') line = line.replaceAll(secret, '…');
	line = line
		.replace(link, (found) => (providerLink.test(found) ? found : '…'))
		.replace(token, '…')
		.trim();
	const characters = Array.from(line);
	return characters.length <= maxCharacters
		? line
		: `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

/** A member of whatever a library threw or answered. */
export function member(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
