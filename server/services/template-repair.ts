import { repair } from 'custom-values';

import { emailParts, type EmailSource, type Portal } from '../store/store.ts';
import { portalCatalogue } from './catalogue.ts';
import type { TemplateFinding } from './compile-content.ts';

/**
 * Undoes what editors did to the tags of texts. What was done is told with its place in the texts as they were given; what cannot be
 * undone is of severity error.
 */
export function repairTexts<Texts extends Partial<EmailSource>>(
	portal: Portal,
	given: Texts,
): { texts: Texts; repairs: TemplateFinding[] } {
	const catalogue = portalCatalogue(portal);
	const texts = { ...given };
	const repairs: TemplateFinding[] = [];
	for (const part of emailParts) {
		const before = given[part];
		if (before === undefined) continue;
		const { source, findings } = repair(before, { catalogue, context: part });
		Object.assign(texts, { [part]: source });
		repairs.push(...findings.map((finding) => ({ part, ...finding })));
	}
	return { texts, repairs };
}
