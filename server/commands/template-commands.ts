import { Option, type Command } from 'commander';

import { loadEnvironment, readConfig } from '../config.ts';
import { emailParts, templateKinds } from '../store/store.ts';
import { print } from './output.ts';
import { lintTemplate, renderTemplate, type TextOptions } from './template.ts';

const database =
	'Without --portal, or --contact of render, no database is opened: the portal is one with default settings and no custom values of its own.';

/** `template lint` and `template render`: a text of an e-mail in a file. */
export function templateCommands(program: Command, outcome: { exitCode: number }): void {
	const group = program
		.command('template')
		.description('Check and try the texts of e-mails in files.')
		.exitOverride();
	const command = (name: string, description: string) =>
		group
			.command(name)
			.description(description)
			.exitOverride()
			.addOption(new Option('--json', 'print one JSON document'))
			.argument('<file>', 'one text of an e-mail')
			.addOption(
				new Option(
					'--context <context>',
					'which text it is; without it, .html is HTML, .subject.txt a subject, and all else plain text',
				).choices(emailParts),
			)
			.addOption(
				new Option('--kind <kind>', 'what the e-mail is for')
					.choices(templateKinds)
					.default('email'),
			)
			.option('--subject <subject>', 'subject of the e-mail')
			.option(
				'--portal <slug>',
				'slug or id of the portal whose custom values and sections count; the first portal is called default',
			)
			.option(
				'--custom-values <file>',
				'JSON with texts for custom_values.*, besides the portal’s own',
			)
			.addHelpText('after', `\n${database}`);
	type Options = TextOptions & { json?: true };
	command(
		'lint',
		'Say what is wrong with a text in a file, and what to write; exit with 1 on errors.',
	).action(async (file: string, options: Options) => {
		const report = await lintTemplate(readConfig(loadEnvironment()), file, options);
		print(options, report);
		if (report.hasErrors) outcome.exitCode = 1;
	});
	command('render', 'Print a text in a file as a contact would read it, with sample links.')
		.option('--contact <address>', 'a contact of the portal, in place of one made of samples')
		.option(
			'--item <file>',
			'JSON with what an n8n item brings for item.*; without it, samples, and no items in lists',
		)
		.action(async (file: string, options: Options) => {
			print(options, await renderTemplate(readConfig(loadEnvironment()), file, options));
		});
}
