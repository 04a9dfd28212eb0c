import { defineCatalogue } from 'custom-values';
import type { Spelling } from './login-mail.ts';

export interface LoginValues {
	contact: { first_name: string; company: string; email: string; magic_link: string };
	portal: { name: string; url: string; logo_url: string; support_email: string };
	item: { courses: { name: string; url: string }[] };
}

/** The language of our tags. */
export const ours: Spelling = {
	value: (path) => `<< ${path} >>`,
	withFallback: (path, fallback) => `<< ${path} | ${fallback} >>`,
	when: (path, then, otherwise) => `<< #if ${path} >>${then}<< else >>${otherwise}<< /if >>`,
	each: (path, body) => `<< #each ${path} >>${body}<< /each >>`,
	own: (name) => `<< this.${name} >>`,
};

export const catalogue = defineCatalogue([
	...['first_name', 'company', 'email'].map((name) => ({
		path: `contact.${name}`,
		type: 'text' as const,
		cost: 'row' as const,
		description: name,
		sample: name,
	})),
	{
		path: 'contact.magic_link',
		type: 'url',
		cost: 'mint',
		secret: true,
		description: 'The link that signs the contact in',
		sample: 'https://portal.example/l/sample',
	},
	...['name', 'support_email', 'url', 'logo_url'].map((name) => ({
		path: `portal.${name}`,
		type: name.endsWith('url') ? ('url' as const) : ('text' as const),
		cost: 'constant' as const,
		description: name,
		sample: name,
	})),
	{ path: 'item.*', type: 'text', cost: 'row', description: 'Anything', sample: 'x' },
]);

/** Distinct recipients; some names need escaping or two bytes a letter. */
export function recipients(count: number): LoginValues[] {
	return Array.from({ length: count }, (_, index) => recipient(index));
}

function recipient(index: number): LoginValues {
	const names = ['Anna', 'Jürgen', "Siobhán O'Neill", 'Li', 'Maria & Jo'];
	return {
		contact: {
			first_name: `${names[index % names.length]} ${index}`,
			company: index % 3 === 0 ? '' : `Company ${index} Ltd`,
			email: `person.${index}@example.com`,
			magic_link: `https://portal.example.com/l/AAGTq3k0${index.toString(36).padStart(60, 'x')}`,
		},
		portal: {
			name: 'Acme Academy',
			url: 'https://portal.example.com',
			logo_url: 'https://portal.example.com/logo.png',
			support_email: 'help@example.com',
		},
		item: {
			courses: Array.from({ length: 5 }, (_, course) => ({
				name: `Course ${course} of ${index}`,
				url: `https://portal.example.com/courses/${course}`,
			})),
		},
	};
}
