/** Why a tag is damaged; the first that applies is told. */
export type Cause =
	| 'element'
	| 'encoded'
	| 'percent'
	| 'guillemets'
	| 'markup'
	| 'inside'
	| 'space'
	| 'origin'
	| 'scheme'
	| 'unspaced';

const causes: Readonly<Record<Cause, string>> = {
	element: 'An HTML parser took this tag for an element.',
	encoded:
		'An editor wrote the brackets of this tag as entities, so that it is printed as it stands.',
	percent: 'An editor percent-encoded this tag, so that it is no tag any more.',
	guillemets: 'The brackets of this tag were changed to guillemets.',
	markup: 'There is markup inside this tag; it belongs around it.',
	inside: 'An editor put entities, invisible marks, line breaks or other quotes into this tag.',
	space: 'There are non-breaking or other special spaces in this tag.',
	origin: 'An editor put an address before this tag, which is a whole URL.',
	scheme: 'This tag is a whole URL: leave out what stands before it.',
	unspaced: 'Editors and HTML parsers take <<name>> for an element. Write spaces inside the tag.',
};

export const whyDamaged = (cause: Cause): string => causes[cause];

/** Said of what cannot be mended, as it is not known any more. */
export const lostCapitals =
	'An HTML parser took this tag for an element and made its letters small: what its pattern was is not known. Write the tag again, with spaces inside.';

/** Said of what was mended as far as it is known. */
export const maybeLost =
	'An HTML parser took this tag for an element, which makes capital letters small and drops repeated words. Compare it with what you wrote.';

export const lostName =
	'A tag stood here, and a sanitizer deleted its name. Write it again, with spaces inside: << contact.first_name >>.';

export const endOfNothing =
	'An HTML parser took a tag before for an element and put this end of it here.';
