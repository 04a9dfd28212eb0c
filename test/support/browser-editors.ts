import { createRequire } from 'node:module';
import path from 'node:path';

import type * as CKEditor from 'ckeditor5';
import type { BrowserContext, JSHandle, Page } from 'playwright-core';
import type { TinyMCE } from 'tinymce';

import type { Edited, Editor } from './editors.ts';

const require = createRequire(import.meta.url);
const folderOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`));

/** Where a site that uses the editors keeps their files. */
const folders: Record<string, string> = {
	ckeditor5: path.join(folderOf('ckeditor5'), 'dist/browser'),
	tinymce: folderOf('tinymce'),
};
const admin = 'https://editor.example/admin/templates';
const preview = 'https://mails.example/preview/1';

/** An editor in its page. */
interface Desk {
	load: (html: string) => void;
	read: () => string;
	/** Empties the editor and puts the cursor in. */
	begin: () => void;
	/** Resolves when what was pasted since then is in. */
	pasted: () => Promise<void>;
}

/** What the fields of the link dialog are called. */
interface LinkFields {
	text: string;
	url: string;
}

/** An editor of one product, set up in one way. */
interface Opened {
	page: Page;
	desk: JSHandle<Desk>;
	fields: LinkFields;
}

/**
 * CKEditor and TinyMCE as they are published, on the pages of a site that hosts them, used in the ways that people use them. The
 * page given shows what they copy from. Requests for anything but the editors' files are named in `strangers`.
 */
export async function openEditors(
	source: Page,
): Promise<{ editors: Editor[]; strangers: string[] }> {
	const context = source.context();
	const strangers = await hostEditors(context);
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const [ckPage, tinyPage] = [await context.newPage(), await context.newPage()];
	await Promise.all([source.goto(preview), ckPage.goto(admin), tinyPage.goto(admin)]);
	const [ck, ckAny] = await openCKEditor(ckPage);
	const [tiny, tinyMail] = await openTinyMce(tinyPage);
	const editors = [
		loaded('CKEditor', ck),
		loaded('CKEditor, any HTML', ckAny),
		pasted('CKEditor, pasted', ck, source),
		typed('CKEditor, typed', ck),
		loaded('TinyMCE', tiny),
		loaded('TinyMCE, for mail', tinyMail),
		pasted('TinyMCE, pasted', tiny, source),
		typed('TinyMCE, typed', tiny),
	];
	return { editors, strangers };
}

async function hostEditors(context: BrowserContext): Promise<string[]> {
	const strangers: string[] = [];
	await context.route('**/*', async (route) => {
		const { href, pathname } = new URL(route.request().url());
		const [, name = '', ...file] = pathname.split('/');
		const folder = folders[name];
		if (href === admin || href === preview) {
			const body = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Templates</title>';
			await route.fulfill({ contentType: 'text/html', body });
		} else if (folder !== undefined && href.startsWith(new URL('/', admin).href)) {
			await route.fulfill({ path: path.join(folder, ...file) });
		} else {
			// What an e-mail shows is no business of this test.
			if (route.request().resourceType() !== 'image') strangers.push(href);
			await route.abort();
		}
	});
	return strangers;
}

/** With what an editor of e-mails has, and besides with all HTML let through. */
async function openCKEditor(page: Page): Promise<[Opened, Opened]> {
	await page.addStyleTag({ url: '/ckeditor5/ckeditor5.css' });
	await page.addScriptTag({ url: '/ckeditor5/ckeditor5.umd.js' });
	const open = async (anyHtml: boolean): Promise<Opened> => {
		const desk = await page.evaluateHandle(setUpCKEditor, anyHtml);
		return { page, desk, fields: { text: 'Displayed text', url: 'Link URL' } };
	};
	return [await open(false), await open(true)];
}

/** Runs in the page. */
async function setUpCKEditor(anyHtml: boolean): Promise<Desk> {
	const { CKEDITOR: ck } = globalThis as unknown as { CKEDITOR: typeof CKEditor };
	const mail = [
		...[ck.Essentials, ck.Paragraph, ck.Heading, ck.Bold, ck.Italic, ck.BlockQuote, ck.List],
		...[ck.Link, ck.ImageBlock, ck.ImageInline, ck.Table, ck.PasteFromOffice],
		...[ck.Autoformat, ck.TextTransformation],
	];
	const editor = await ck.ClassicEditor.create({
		attachTo: document.body.appendChild(document.createElement('div')),
		licenseKey: 'GPL',
		plugins: anyHtml ? [...mail, ck.GeneralHtmlSupport, ck.HtmlComment] : mail,
		...(anyHtml && {
			htmlSupport: { allow: [{ name: /.*/, attributes: true, classes: true, styles: true }] },
		}),
	});
	let paste: Promise<void>;
	return {
		load: (html) => editor.setData(html),
		read: () => editor.getData(),
		begin: () => {
			editor.setData('');
			editor.focus();
			paste = new Promise((resolve) => {
				editor.plugins
					.get(ck.ClipboardPipeline)
					.once('contentInsertion', () => resolve(), { priority: 'lowest' });
			});
		},
		pasted: () => paste,
	};
}

/** As its quick start sets it up, and as one does for e-mails: absolute URLs, any element, styles, Outlook's comments. */
async function openTinyMce(page: Page): Promise<[Opened, Opened]> {
	await page.addScriptTag({ url: '/tinymce/tinymce.min.js' });
	const open = async (forMail: boolean): Promise<Opened> => {
		const desk = await page.evaluateHandle(setUpTinyMce, forMail);
		return { page, desk, fields: { text: 'Text to display', url: 'URL' } };
	};
	return [await open(false), await open(true)];
}

/** Runs in the page. */
async function setUpTinyMce(forMail: boolean): Promise<Desk> {
	const { tinymce } = globalThis as unknown as { tinymce: TinyMCE };
	const [editor] = await tinymce.init({
		target: document.body.appendChild(document.createElement('textarea')),
		license_key: 'gpl',
		plugins: 'table link lists code',
		...(forMail && {
			relative_urls: false,
			remove_script_host: false,
			valid_elements: '*[*]',
			valid_children: '+body[style]',
			allow_conditional_comments: true,
			allow_html_in_comments: true,
			entity_encoding: 'named',
		}),
	});
	if (editor === undefined) throw new Error('TinyMCE did not start');
	let paste: Promise<void>;
	return {
		load: (html) => editor.setContent(html),
		read: () => editor.getContent(),
		begin: () => {
			editor.setContent('');
			editor.focus();
			// What is pasted is put in right after this event, before anything else runs.
			paste = new Promise((resolve) => {
				editor.once('PastePostProcess', () => resolve());
			});
		},
		pasted: () => paste,
	};
}

const through = (name: string, edit: (source: string, isText: boolean) => Edited): Editor => ({
	name,
	html: (source) => edit(source, false),
	text: (source) => edit(source, true),
	makes: 'html',
});

/** Given the source of the template. */
function loaded(name: string, { desk }: Opened): Editor {
	return through(name, (source) =>
		desk.evaluate((editor, html) => {
			editor.load(html);
			return editor.read();
		}, source),
	);
}

/** Copied from a page that shows the template, or for plain text from a field, and pasted. */
function pasted(name: string, { page, desk }: Opened, source: Page): Editor {
	return through(name, async (template, isText) => {
		await source.setContent(isText ? '<textarea></textarea>' : template);
		if (isText) await source.locator('textarea').fill(template);
		await source.keyboard.press('Control+A');
		await source.keyboard.press('Control+C');
		// Answered by the clipboard after the copy has arrived there.
		await source.evaluate(() => navigator.clipboard.readText());
		await desk.evaluate((editor) => editor.begin());
		await page.keyboard.press('Control+V');
		return await desk.evaluate(async (editor) => {
			await editor.pasted();
			return editor.read();
		});
	});
}

/** Typed key by key, and links given their addresses in the editor's dialog. */
function typed(name: string, { page, desk, fields }: Opened): Editor {
	return through(name, async (template, isText) => {
		const pieces = isText ? [{ text: template }] : typable(template);
		if (pieces === undefined) return undefined;
		await desk.evaluate((editor) => editor.begin());
		for (const { text, url } of pieces) {
			if (url === undefined) await page.keyboard.type(await decoded(page, text));
			else await link(page, fields, [await decoded(page, text), await decoded(page, url)]);
		}
		return await desk.evaluate((editor) => editor.read());
	});
}

/** Makes a link in the dialog. */
async function link(page: Page, fields: LinkFields, [text, url]: [string, string]): Promise<void> {
	await page.keyboard.press('Control+K');
	const address = page.getByLabel(fields.url, { exact: true });
	await page.getByLabel(fields.text, { exact: true }).fill(text);
	await address.fill(url);
	await address.press('Enter');
	await address.waitFor({ state: 'hidden' });
}

/** Texts and links of one paragraph; undefined for what nobody types. */
function typable(template: string): { text: string; url?: string }[] | undefined {
	const inside = /^<p[^>]*>(.*)<\/p>$/.exec(template)?.[1] ?? template;
	const [first = '', ...rest] = inside.split(/<a href="([^"]*)">(.*?)<\/a>/);
	const pieces: { text: string; url?: string }[] = [{ text: first }];
	for (let at = 0; at < rest.length; at += 3) {
		const [url = '', text = '', after = ''] = rest.slice(at, at + 3);
		pieces.push({ text, url }, { text: after });
	}
	const isMarkup = pieces.some(({ text }) => /(?<!<)<[a-z!/]/i.test(text));
	return isMarkup ? undefined : pieces;
}

function decoded(page: Page, html: string): Promise<string> {
	return page.evaluate((encoded) => {
		const field = document.createElement('textarea');
		field.innerHTML = encoded;
		return field.value;
	}, html);
}
