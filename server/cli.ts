import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { createAdmin } from './commands/create-admin.ts';
import { createApiKey } from './commands/create-api-key.ts';
import { doctor } from './commands/doctor.ts';
import { dropKey } from './commands/drop-key.ts';
import { print } from './commands/output.ts';
import { revokeApiKey } from './commands/revoke-api-key.ts';
import { rotateKeys } from './commands/rotate-keys.ts';
import { serve } from './commands/serve.ts';
import { StartProblem } from './commands/start-problem.ts';
import { templateCommands } from './commands/template-commands.ts';
import { ConfigError, loadEnvironment, readConfig } from './config.ts';
import { PortalError } from './errors.ts';
import { KeyProblem } from './services/key-source.ts';
import { readVersion } from './services.ts';

/** The exit code of a command: 0, or 1 when something is wrong, which has been said on standard error. */
export async function run(args: readonly string[]): Promise<number> {
	const outcome = { exitCode: 0 };
	try {
		await createProgram(outcome).parseAsync(args, { from: 'user' });
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode;
		const sentence = sentenceOf(error);
		if (sentence === null) throw error;
		process.stderr.write(`${sentence}\n`);
		return 1;
	}
	return outcome.exitCode;
}

/** All commands. */
export function createProgram(outcome: { exitCode: number }): Command {
	const program = new Command('client-portal')
		.description('The Client Portal server and its tools.')
		.version(readVersion(), '--version', 'print the version')
		.exitOverride()
		.showHelpAfterError();
	const command = (name: string, description: string) =>
		program
			.command(name)
			.description(description)
			.exitOverride()
			.addOption(new Option('--json', 'print one JSON document'));

	program
		.command('serve')
		.description('Start the server.')
		.action(() => serve(readConfig(loadEnvironment())));
	command('create-api-key', 'Make a key for the API and for n8n; it is shown this once.')
		.option('--name <name>', 'what the key is for', 'API key')
		.option('--scopes <scopes>', 'comma-separated; without it, all of them')
		.option('--portal <slug>', 'slug or id of the portal the key is for, or "all"', 'default')
		.action(async (options: { name: string; scopes?: string; portal: string; json?: true }) => {
			print(options, await createApiKey(readConfig(loadEnvironment()), options));
		});
	command('revoke-api-key', 'End an API key at once, as after a leak; links made with it stay.')
		.argument('<id>', 'id of the key: what stands between "cp_" and the next "_"')
		.action(async (id: string, options: { json?: true }) => {
			print(options, await revokeApiKey(readConfig(loadEnvironment()), id));
		});
	command(
		'create-admin',
		'Print a one-time link by which an admin signs in; makes the admin when new.',
	)
		.argument('<email>', 'address of the admin')
		.action(async (email: string, options: { json?: true }) => {
			print(options, await createAdmin(readConfig(loadEnvironment()), email));
		});
	command(
		'rotate-keys',
		'Add a secret key, with which everything new is made; older ones stay valid. Or drop one that nothing needs any more.',
	)
		.option('--drop <version>', 'take out this key instead of adding one', parseVersion)
		.option('--revoke', 'with --drop: end the links, sessions and API keys that need it')
		.action(async (options: { drop?: number; revoke?: true; json?: true }) => {
			const config = readConfig(loadEnvironment());
			const revoke = options.revoke === true;
			if (options.drop !== undefined) {
				print(options, await dropKey(config, options.drop, { revoke }));
			} else if (revoke) {
				throw new StartProblem('--revoke goes with --drop VERSION.');
			} else {
				print(options, await rotateKeys(config));
			}
		});
	command('doctor', 'Check settings, database, keys, mail, clock and domain, and say what to do.')
		.option('--send-to <address>', 'send a test e-mail to this address')
		.action(async (options: { sendTo?: string; json?: true }) => {
			const report = await doctor(options);
			print(options, report);
			if (!report.json.ok) outcome.exitCode = 1;
		});
	templateCommands(program, outcome);
	return program;
}

function parseVersion(text: string): number {
	if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('A key version is a number from 1 to 255.');
}

/** What an operator reads in place of a stack; null for a defect of ours. */
function sentenceOf(error: unknown): string | null {
	if (error instanceof PortalError) return error.detail ?? error.message;
	if (
		error instanceof ConfigError ||
		error instanceof KeyProblem ||
		error instanceof StartProblem
	) {
		return error.message;
	}
	return null;
}
