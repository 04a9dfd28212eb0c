import { domainToUnicode } from 'node:url';

const hidden = '•••';

/**
 * Shows whose address it is to its owner and little to anybody else: `ada@example.com` → `a•••@e•••.com`.
 * The length is not shown, a part of one character not at all.
 */
export function maskEmail(address: string): string {
	const at = address.lastIndexOf('@');
	const domain = address.slice(at + 1);
	// Of a punycode domain the first letter would be the x of "xn--".
	const labels = (domainToUnicode(domain) || domain).split('.');
	const topLevel = labels.length > 1 ? `.${labels.at(-1) ?? ''}` : '';
	return `${maskPart(address.slice(0, Math.max(at, 0)))}@${maskPart(labels[0] ?? '')}${topLevel}`;
}

function maskPart(part: string): string {
	const [first, second] = new Intl.Segmenter('en').segment(part);
	return first === undefined || second === undefined ? hidden : first.segment + hidden;
}
