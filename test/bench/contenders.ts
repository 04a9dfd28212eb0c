import { compile, render, type CompiledText, type Values } from 'custom-values';
import { Eta } from 'eta';
import { Liquid } from 'liquidjs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { byHand } from './by-hand.ts';
import { catalogue, ours, type LoginValues } from './login-data.ts';
import { loginMail, type Spelling } from './login-mail.ts';

/** An engine with the login e-mail, compiled before the clock starts. */
export interface Contender {
	name: string;
	render: (values: LoginValues) => string;
}

interface HandlebarsModule {
	compile: (source: string) => (values: unknown) => string;
	precompile: (source: string) => string;
}

interface DotModule {
	templateSettings: object;
	template: (source: string, settings: object) => Contender['render'];
}

interface MustacheModule {
	parse: (source: string) => unknown;
	render: (source: string, values: unknown) => string;
}

/** All escape values for HTML. doT, eta and handlebars make a function of the text, so that none of this runs under the flag that forbids it. */
export function contenders(): Contender[] {
	const hand: Contender = { name: 'by hand', render: byHand() };
	const own = { name: 'custom-values', render: engineRender(compiledMail()) };
	return [hand, own, ...others()];
}

export function compiledMail(): CompiledText {
	return compile(loginMail(ours), { catalogue, context: 'html' });
}

function engineRender(compiled: CompiledText): Contender['render'] {
	const options = {
		locale: 'en',
		timeZone: 'Europe/Berlin',
		now: Date.UTC(2026, 10, 22),
		onMissing: 'empty',
	} as const;
	return (values) => render(compiled, values as unknown as Values, options).text;
}

function others(): Contender[] {
	// Neither has types of its own.
	const require = createRequire(import.meta.url);
	const dot = require('dot') as DotModule;
	const mustache = require('mustache') as MustacheModule;
	const dotRender = dot.template(loginMail(dotTags), { ...dot.templateSettings, strip: false });
	const eta = new Eta({ autoEscape: true });
	const etaTemplate = eta.compile(loginMail(etaTags));
	const liquid = new Liquid({ outputEscape: 'escape' });
	const liquidTemplate = liquid.parse(loginMail(liquidTags));
	const mustacheSource = loginMail(mustacheTags);
	mustache.parse(mustacheSource);
	return [
		{ name: 'doT', render: dotRender },
		{ name: 'eta', render: (values) => eta.render(etaTemplate, values) },
		{ name: 'handlebars', render: handlebars().compile(handlebarsMail) },
		{ name: 'mustache', render: (values) => mustache.render(mustacheSource, values) },
		{
			name: 'liquidjs',
			render: (values) => String(liquid.renderSync(liquidTemplate, values)),
		},
	];
}

/** The engine's own copy, so that all of us measure the same one. */
export function handlebars(): HandlebarsModule {
	const engine = dirname(fileURLToPath(import.meta.resolve('custom-values')));
	return createRequire(`${engine}/`)('handlebars') as HandlebarsModule;
}

const handlebarsTags: Spelling = {
	value: (path) => `{{${path}}}`,
	withFallback: (path, fallback) => `{{#if ${path}}}{{${path}}}{{else}}${fallback}{{/if}}`,
	when: (path, then, otherwise) => `{{#if ${path}}}${then}{{else}}${otherwise}{{/if}}`,
	each: (path, body) => `{{#each ${path}}}${body}{{/each}}`,
	own: (name) => `{{this.${name}}}`,
};

export const handlebarsMail = loginMail(handlebarsTags);

const mustacheTags: Spelling = {
	value: (path) => `{{${path}}}`,
	withFallback: (path, fallback) => `{{${path}}}{{^${path}}}${fallback}{{/${path}}}`,
	when: (path, then, otherwise) =>
		`{{#${path}}}${then}{{/${path}}}{{^${path}}}${otherwise}{{/${path}}}`,
	each: (path, body) => `{{#${path}}}${body}{{/${path}}}`,
	own: (name) => `{{${name}}}`,
};

const liquidTags: Spelling = {
	value: (path) => `{{ ${path} }}`,
	withFallback: (path, fallback) => `{{ ${path} | default: '${fallback}' }}`,
	when: (path, then, otherwise) => `{% if ${path} != '' %}${then}{% else %}${otherwise}{% endif %}`,
	each: (path, body) => `{% for one in ${path} %}${body}{% endfor %}`,
	own: (name) => `{{ one.${name} }}`,
};

const etaTags: Spelling = {
	value: (path) => `<%= it.${path} %>`,
	withFallback: (path, fallback) => `<%= it.${path} || '${fallback}' %>`,
	when: (path, then, otherwise) =>
		`<% if (it.${path}) { %>${then}<% } else { %>${otherwise}<% } %>`,
	each: (path, body) => `<% for (const one of it.${path}) { %>${body}<% } %>`,
	own: (name) => `<%= one.${name} %>`,
};

const dotTags: Spelling = {
	value: (path) => `{{!it.${path}}}`,
	withFallback: (path, fallback) => `{{!it.${path} || '${fallback}'}}`,
	when: (path, then, otherwise) => `{{?it.${path}}}${then}{{??}}${otherwise}{{?}}`,
	each: (path, body) => `{{~it.${path} :one}}${body}{{~}}`,
	own: (name) => `{{!one.${name}}}`,
};
