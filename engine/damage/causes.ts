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
	element: 'An e-mail editor took this for HTML, so it would not be filled in.',
	encoded: 'An editor encoded the << and >>: readers would see this as it stands.',
	percent: 'An editor encoded the << and >> as for a web address, so this would not be filled in.',
	guillemets:
		'The << and >> were changed to quotation marks « », so readers would see this as it stands.',
	markup: 'There is formatting inside the << >>. Format the whole of it instead.',
	inside:
		'An editor put invisible characters, line breaks or other quotation marks inside the << >>.',
	space: 'An editor put special spaces inside the << >>.',
	origin: 'An editor put an address before this, which is a whole address already.',
	scheme: 'This is a whole address already: take out what stands before it.',
	unspaced: 'Some e-mail editors delete <<name>> without spaces. Write << name >>.',
};

export const whyDamaged = (cause: Cause): string => causes[cause];

/** Said of what cannot be mended, as it is not known any more. */
export const lostCapitals =
	'An e-mail editor took this for HTML and made its letters small, so what its pattern was is not known. Write it again, with spaces inside the << >>.';

/** Said of what was mended as far as it is known. */
export const maybeLost =
	'An e-mail editor took this for HTML, which makes capital letters small and drops repeated words. Compare it with what you wrote.';

export const lostName =
	'A custom value stood here, and a program deleted its name. Write it again, with spaces inside: << contact.first_name >>.';

export const endOfNothing =
	'An e-mail editor took a custom value before for HTML and put this end of it here.';

export const unclosedNote =
	'This note does not end, so readers would see it: << ! ends with >>, and << !-- with -- >>.';
