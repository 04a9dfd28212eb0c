import { loginMail } from './login-mail.ts';
import type { LoginValues } from './login-data.ts';

type Render = (values: LoginValues) => string;

const marks = /[&<>"']/;
const all = /[&<>"']/g;
const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#x27;',
};

function escape(text: string): string {
	return marks.test(text) ? text.replace(all, (mark) => entities[mark] ?? '') : text;
}

/** As in a program, the literals are texts in one piece, which pieces cut out of a longer one are not: these would be a fifth slower. */
function literals(): string[] {
	return loginMail({
		value: () => '\0',
		withFallback: () => '\0',
		when: (_path, then, otherwise) => `\0${then}\0${otherwise}\0`,
		each: (_path, body) => `\0${body}\0`,
		own: () => '\0',
	})
		.split('\0')
		.map((part) => JSON.parse(JSON.stringify(part)) as string);
}

/** What a careful developer writes by hand: every value escaped, nothing else checked. */
export function byHand(): Render {
	const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', ...rest] = literals();
	const [i = '', j = '', k = '', l = '', m = '', n = '', o = '', p = ''] = rest;
	return ({ contact, portal, item }) => {
		let out = a + escape(portal.name) + b + escape(portal.logo_url) + c;
		out += contact.first_name ? escape(contact.first_name) : 'there';
		out += d + escape(contact.magic_link) + e;
		out += contact.company ? f + escape(contact.company) + g : h;
		out += i;
		for (const course of item.courses) out += j + escape(course.url) + k + escape(course.name) + l;
		out += m + escape(contact.email) + n + escape(portal.support_email);
		return out + o + escape(portal.url) + p;
	};
}

interface Guarantees {
	read: (holder: object, name: string) => string;
	text: (value: string) => string;
	url: (value: string) => string;
}

/** The same, with some of what the engine guarantees. */
function byHandWith({ read, text, url }: Guarantees): Render {
	const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', ...rest] = literals();
	const [i = '', j = '', k = '', l = '', m = '', n = '', o = '', p = ''] = rest;
	return ({ contact, portal, item }) => {
		let out = a + text(read(portal, 'name')) + b + url(read(portal, 'logo_url')) + c;
		const name = read(contact, 'first_name');
		out += name ? text(name) : 'there';
		out += d + url(read(contact, 'magic_link')) + e;
		out += read(contact, 'company') ? f + text(read(contact, 'company')) + g : h;
		out += i;
		for (const course of item.courses) {
			out += j + url(read(course, 'url')) + k + text(read(course, 'name')) + l;
		}
		out += m + text(read(contact, 'email')) + n + text(read(portal, 'support_email'));
		return out + o + url(read(portal, 'url')) + p;
	};
}

/** Nothing inherited is read, and no getter is called. */
const readOwn: Guarantees['read'] = (holder, name) =>
	Object.getOwnPropertyDescriptor(holder, name)?.value as string;
/** What is white space only is missing. */
const checkedText = (value: string) => (value.charCodeAt(0) > 0x20 ? escape(value) : '');
const urlMarks = /[\s\\&<>"']/;
/** A URL is one of https with a host, or needs a longer look. */
const checkedUrl = (value: string) =>
	value.startsWith('https://') && !urlMarks.test(value) && isAlphanumeric(value.charCodeAt(8))
		? value
		: escape(new URL(value).href);

function isAlphanumeric(code: number): boolean {
	return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

/** What the engine's guarantees cost where they are written by hand, one after the other. */
export const guarantees: readonly { name: string; render: Render }[] = [
	{
		name: 'reading own properties only',
		render: byHandWith({ read: readOwn, text: escape, url: escape }),
	},
	{
		name: 'and looking at URLs and white space',
		render: byHandWith({ read: readOwn, text: checkedText, url: checkedUrl }),
	},
];
