import type { HtmlState } from './html-state.ts';
import type { Sink } from './nodes.ts';
import type { UseContext } from './types.ts';

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
	'xlink:href',
	'srcset',
	'ping',
	'manifest',
	'lowsrc',
	'dynsrc',
	'codebase',
	'classid',
	'profile',
	'usemap',
	'icon',
]);

const scriptScheme = /^(?:javascript|vbscript|data):/i;
const addressScheme = /^(?:mailto|tel|sms):/i;

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

function attributePlace({ attribute, value, prefix }: HtmlState): Place {
	if (attribute.startsWith('on') || attribute === 'srcdoc') return script;
	if (attribute === 'style') return style;
	if (!urlAttributes.has(attribute)) return { sink: 'html', use: 'attribute' };
	if (value === 'empty') return { sink: 'url', use: 'url' };
	if (value === 'mixed') {
		return {
			code: 'branches_differ',
			message: 'In one branch the URL starts before this value, in the other it starts here.',
		};
	}
	if (scriptScheme.test(prefix)) return script;
	return { sink: addressScheme.test(prefix) ? 'address_part' : 'url_part', use: 'url_part' };
}

/** Whether a secret may be the value of this attribute: where a reader clicks, and nothing is loaded by itself. */
export function isLinkTarget({ element, attribute }: HtmlState): boolean {
	return attribute === 'href' && (element === 'a' || element.startsWith('v:'));
}
