import { chooseLocale, locales } from '../locale.ts';
import { builtInTemplate, type BuiltInKind } from '../mail/templates/index.ts';
import type { Portal, SendContent } from '../store/store.ts';
import type { PlannedItem } from './send-decide.ts';

/**
 * The built-in e-mail in each language that is needed, and whose is which: a contact's own language, else the portal's, else
 * English. The texts stand in one order, so that sends that need the same ones have the same contents.
 */
export function inTheirLanguages(
	kind: BuiltInKind,
	portal: Portal,
	planned: readonly PlannedItem[],
): { contents: SendContent[]; planned: PlannedItem[] } {
	const spoken = planned.map(({ contact }) =>
		chooseLocale({ contact: contact.locale, portal: portal.locale }),
	);
	const needed = locales.filter((locale) => spoken.includes(locale));
	return {
		contents: needed.map((locale) => ({ ...builtInTemplate(kind, locale), locale })),
		planned: planned.map((item, n) => ({
			...item,
			content: needed.findIndex((locale) => locale === spoken[n]),
		})),
	};
}
