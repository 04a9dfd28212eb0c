import type { Clock } from '../clock.ts';
import { PortalError } from '../errors.ts';
import { createIdSequence, uuidPattern } from '../ids.ts';
import type {
	EmailSource,
	Portal,
	SendKind,
	Store,
	Template,
	TemplateHead,
	TemplateKind,
	TemplateUpdate,
} from '../store/store.ts';
import { portalCatalogue } from './catalogue.ts';
import { compileContent, compileContents, type TemplateFinding } from './compile-content.ts';
import type { Events, EventType } from './events.ts';
import { repairTexts } from './template-repair.ts';

/** How many templates a portal may have. Several requests at once may overstep it by a few. */
const mostTemplates = 500;

/** A template as it was saved, and what of the texts was repaired, or could not be. */
export interface SavedTemplate {
	template: Template;
	repairs: TemplateFinding[];
}

/** The texts of e-mails that a portal keeps: a draft that is worked on, and what is sent. */
export interface Templates {
	/** Newest first. */
	list(portal: Portal, page: { limit: number; after: string | null }): Promise<TemplateHead[]>;
	/** By id or name. Throws `template_not_found`. */
	find(portal: Portal, ref: string): Promise<Template>;
	/**
	 * What is to be sent for this template, by id or name. Throws `template_not_found`, `template_not_published`, or `invalid_request` when
	 * it is for another kind of e-mail.
	 */
	published(portal: Portal, kind: SendKind, ref: string): Promise<EmailSource>;
	/** Repairs the texts first. Throws `template_name_taken`, or `invalid_request` when the portal has enough. */
	create(
		portal: Portal,
		actor: string,
		input: { name: string; kind: TemplateKind; draft: EmailSource },
	): Promise<SavedTemplate>;
	/** Changes name and draft, repaired, of the version that the caller has read. Throws `template_changed` when there is a newer one. */
	change(
		portal: Portal,
		actor: string,
		ref: { id: string; version: number },
		set: { name?: string; draft?: Partial<EmailSource> },
	): Promise<SavedTemplate>;
	/**
	 * Makes the draft what is sent; nothing happens when it is already. With a version it is that draft, or `template_changed`.
	 * Throws `template_invalid` with findings.
	 */
	publish(
		portal: Portal,
		actor: string,
		ref: { id: string; version: number | null },
	): Promise<Template>;
	/** Which templates use each of the portal's own values, in draft or published, by name; keys that none uses are absent. */
	usesOfValues(portal: Portal): Promise<Map<string, string[]>>;
	/** Sends under way have their texts. Throws `template_not_found`. */
	delete(portal: Portal, actor: string, id: string): Promise<void>;
}

export function createTemplates(parts: { store: Store; clock: Clock; events: Events }): Templates {
	const { store, clock, events } = parts;
	const nextId = createIdSequence();
	const get = async (portal: Portal, id: string): Promise<Template> => {
		const template = await store.templates.get(portal.id, id);
		if (template === null) throw new PortalError('template_not_found');
		return template;
	};
	const find = async (portal: Portal, ref: string): Promise<Template> => {
		if (uuidPattern.test(ref)) return get(portal, ref);
		const template = await store.templates.getByName(portal.id, ref);
		if (template !== null) return template;
		throw new PortalError('template_not_found', { detail: `None is called “${ref}”.` });
	};
	const update = async (
		portal: Portal,
		{ id, version }: { id: string; version: number },
		set: TemplateUpdate,
		actor: string,
	): Promise<Template> => {
		const by = { now: clock.now(), actor };
		const changed = await store.templates.update({ portalId: portal.id, id, version }, set, by);
		return changed ?? Promise.reject(staleError(await get(portal, id), version));
	};
	const record = (type: EventType, actor: string, { portalId, id, name, version }: Template) =>
		events.record({ portalId, type, actor, data: { templateId: id, name, version } });

	return {
		list: (portal, page) => store.templates.list(portal.id, page),
		find,
		async published(portal, kind, ref) {
			const template = await find(portal, ref);
			if (template.kind !== kind) {
				throw new PortalError('invalid_request', {
					detail: `“${template.name}” is a template of kind ${template.kind}; this request takes kind ${kind}.`,
				});
			}
			if (template.published !== null) return template.published;
			throw new PortalError('template_not_published', {
				detail: `“${template.name}” is a draft only. Publish it first.`,
			});
		},
		async create(portal, actor, input) {
			await refuseTooMany(store, portal);
			const now = clock.now();
			const { texts: draft, repairs } = repairTexts(portal, input.draft);
			const template: Template = {
				...input,
				draft,
				id: nextId(now),
				portalId: portal.id,
				published: null,
				draftValues: customValuesIn(portal, input.kind, draft),
				publishedValues: [],
				version: 1,
				publishedAt: null,
				createdAt: now,
				updatedAt: now,
				updatedBy: actor,
			};
			await store.templates.insert(template);
			await record('template.created', actor, template);
			return { template, repairs };
		},
		async change(portal, actor, ref, { name, draft: texts }) {
			const { kind, draft: before } = await get(portal, ref.id);
			const { texts: repaired, repairs } = repairTexts(portal, texts ?? {});
			const draft = { ...before, ...repaired };
			const set = {
				...(name === undefined ? {} : { name }),
				draft,
				draftValues: customValuesIn(portal, kind, draft),
				version: ref.version + 1,
			};
			return { template: await update(portal, ref, set, actor), repairs };
		},
		async publish(portal, actor, { id, version }) {
			const template = await get(portal, id);
			const { draft, published, draftValues } = template;
			if (version !== null && version !== template.version) throw staleError(template, version);
			compileContents(portal, template.kind, [draft]);
			if (published !== null && isSame(draft, published)) return template;
			const set = {
				published: draft,
				publishedAt: clock.now(),
				publishedValues: draftValues,
			};
			const made = await update(portal, template, set, actor);
			await record('template.published', actor, made);
			return made;
		},
		async usesOfValues(portal) {
			const uses = new Map<string, string[]>();
			for (const { name, draftValues, publishedValues } of await readAll(store, portal)) {
				for (const key of new Set([...draftValues, ...publishedValues])) {
					uses.set(key, [...(uses.get(key) ?? []), name]);
				}
			}
			return uses;
		},
		async delete(portal, actor, id) {
			const template = await get(portal, id);
			if (!(await store.templates.delete(portal.id, id)))
				throw new PortalError('template_not_found');
			await record('template.deleted', actor, template);
		},
	};
}

/** All templates of a portal: as there are not many, one page of twice as many as there may be. */
function readAll(store: Store, portal: Portal): Promise<TemplateHead[]> {
	return store.templates.list(portal.id, { limit: 2 * mostTemplates, after: null });
}

async function refuseTooMany(store: Store, portal: Portal): Promise<void> {
	const present = await readAll(store, portal);
	if (present.length < mostTemplates) return;
	throw new PortalError('invalid_request', {
		detail: `A portal has at most ${String(mostTemplates)} templates. Delete one that is not needed any more.`,
	});
}

function staleError({ version }: Template, given: number): PortalError {
	return new PortalError('template_changed', {
		detail: `It is at version ${String(version)}, and you have read version ${String(given)}. Read it again, and make your change there.`,
	});
}

function isSame(a: EmailSource, b: EmailSource): boolean {
	return a.subject === b.subject && a.html === b.html && a.text === b.text;
}

/** Keys of the portal's own values that these texts name: what is used, and in texts with errors whatever looks like it. */
function customValuesIn(portal: Portal, kind: TemplateKind, source: EmailSource): string[] {
	const rules = { portal, kind, catalogue: portalCatalogue(portal), advises: false };
	const content = compileContent(rules, source, () => undefined);
	const used = content?.needs.constants.filter((path) => path.startsWith('custom_values.')) ?? [];
	const named = Object.values<string>({ ...source }).flatMap((text) => [
		...text.matchAll(/\bcustom_values\s*[./]\s*\[?([a-z][a-z0-9_]*)/g),
	]);
	const keys = [
		...used.map((path) => path.slice('custom_values.'.length)),
		...named.map(([, key = '']) => key),
	];
	return [...new Set(keys)].sort();
}
