import { hasNotBegun, type HtmlState } from './html-state.ts';
import type { Sink } from './nodes.ts';
import type { UseContext } from './types.ts';
import { settled } from './url-beginning.ts';

/** How a value is printed where it stands, or why it must not stand there. */
export type Place = { sink: Sink; use: UseContext } | { code: string; message: string };

const urlAttributes = new Set([
	'href',
	'src',
	'action',
	'formaction',
	'background',
	'cite',
	'poster',
	'data',
	'longdesc',
	'srcset',
	'imagesrcset',
	'ping',
	'manifest',
	'lowsrc',
	'dynsrc',
	'codebase',
	'classid',
	'profile',
	'usemap',
	'icon',
	'archive',
]);

/** Several URLs with commas between them. */
const urlLists = new Set(['srcset', 'imagesrcset']);

/** What escaping a value needs at this place of the HTML. */
export function htmlPlace(state: HtmlState): Place {
	if (state.carry !== '' || state.foreign !== '') return badPosition;
	switch (state.mode) {
		case 'text':
			return { sink: 'html', use: 'html_text' };
		case 'rcdata':
			return { sink: 'html', use: 'title' };
		case 'comment':
			return { sink: 'html', use: 'comment' };
		case 'value':
			return state.quote === '' ? unquoted : attributePlace(state);
		case 'before_value':
			return unquoted;
		case 'raw_text':
			return state.element === 'style' ? style : script;
		default:
			return badPosition;
	}
}

const badPosition = {
	code: 'bad_position',
	message:
		'A value cannot stand here: only in text, in a comment or between the quotes of an attribute.',
};

const unquoted = {
	code: 'unquoted_attribute',
	message: 'Put quotes around the value of this attribute, as in href="<< portal.url >>".',
};

const script = {
	code: 'script_context',
	message: 'A value cannot stand in a script, or in an element that is not read as HTML.',
};

const style = {
	code: 'style_context',
	message: 'Custom values do not work in styles, such as colours. Write the style itself.',
};

export const badScheme = {
	code: 'url_scheme',
	message:
		'A value cannot stand in an address that begins like this. Begin it with https://, http://, mailto: or tel:, before this tag and in every branch.',
};

const branchesDiffer = {
	code: 'branches_differ',
	message: 'In one branch the URL starts before this value, in the other it starts here.',
};

function attributePlace(state: HtmlState): Place {
	const { attribute, begins } = state;
	if (attribute.startsWith('on') || attribute === 'srcdoc') return script;
	if (attribute === 'style') return style;
	if (!isUrl(state)) return { sink: 'html', use: 'attribute' };
	if (hasNotBegun(state)) return { sink: 'url', use: 'url' };
	if (begins.includes(settled.script)) return script;
	if (begins.includes(settled.other)) return badScheme;
	if (begins.includes('')) return branchesDiffer;
	const isAddress = begins.every((one) => one === settled.address);
	return { sink: isAddress ? 'address_part' : 'url_part', use: 'url_part' };
}

/** Whether the attribute that is read holds a URL, or several; one that is named for its namespace, such as `o:href`, is one, too. */
function isUrl({ element, attribute }: HtmlState): boolean {
	if (attribute === 'value') return element === 'param';
	return urlAttributes.has(attribute.slice(attribute.lastIndexOf(':') + 1));
}

export function isUrlList({ attribute }: HtmlState): boolean {
	return urlLists.has(attribute);
}

/**
 * Whether what is true of a loop's first turn is true of each: a later one starts where the one before ended, with no more ways
 * for a URL to begin, and no href before it in the same tag.
 */
export function repeatsAlike(start: HtmlState, afterTurn: HtmlState): boolean {
	if (afterTurn.hasHref && !start.hasHref) return false;
	if (start.mode !== 'value' || !isUrl(start)) return true;
	return afterTurn.begins.every((one) => start.begins.includes(one));
}

/** The shapes of VML, of which a click on any leads to its href; other elements of it load theirs by themselves. */
const shape = /^v:(?:arc|curve|group|image|line|oval|polyline|rect|roundrect|shape)$/;

/** Whether a secret may be the value of this attribute: where a reader clicks, and nothing is loaded by itself. */
export function isLinkTarget({ element, closing, attribute, hasHref }: HtmlState): boolean {
	if (attribute !== 'href' || closing || hasHref) return false;
	return element === 'a' || shape.test(element);
}
