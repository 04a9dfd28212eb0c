import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import mjml2html from 'mjml';

/**
 * Compiles the built-in e-mails from MJML to the HTML committed beside them, so that starting the server needs no build. Words
 * of all languages fit into the same HTML: it keeps their places, `[[greeting]]` and so on, for `builtInTemplate` to fill.
 * With `--check` nothing is written and stale files fail the run.
 */

const names = ['invitation', 'login-email', 'address-changed'];
const folder = new URL('.', import.meta.url);

/** The HTML of one template. Links that sign in are marked for mail services that would rewrite them (R28). */
async function compile(name: string): Promise<string> {
	const file = fileURLToPath(new URL(`${name}.mjml`, folder));
	const { html } = await mjml2html(await readFile(file, 'utf8'), {
		filePath: file,
		ignoreIncludes: false,
		includePath: fileURLToPath(folder),
		validationLevel: 'strict',
		// No web fonts: an e-mail loads nothing from elsewhere.
		fonts: {},
		// Reformatting takes tags for HTML elements.
		beautify: false,
		minify: false,
	});
	return html
		.replace(/\s+href="<< contact\.\w+_link >>"/g, '$& clicktracking="off"')
		.replace(/[ \t]+$/gm, '')
		.replace(/\n{2,}/g, '\n');
}

const check = process.argv.includes('--check');
for (const name of names) {
	const target = new URL(`${name}.html`, folder);
	const html = await compile(name);
	if (!check) {
		await writeFile(target, html);
	} else if (html !== (await readFile(target, 'utf8'))) {
		process.stderr.write(`${name}.html is stale: run npm run build:templates\n`);
		process.exitCode = 1;
	}
}
