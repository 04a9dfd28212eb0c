/* What `n8n-node` does not do. It never writes into `dist`, which `n8n-node build` empties. */
'use strict';

const { spawn } = require('node:child_process');
const { series } = require('gulp');

/** Runs a TypeScript file under Node 24, as the package scripts do. */
function node(file, ...args) {
	return spawn(process.execPath, ['server/launch.cjs', file, ...args], { stdio: 'inherit' });
}

/** The built-in e-mails: MJML to the HTML that is committed beside it. */
function templates() {
	return node('server/mail/templates/build.ts');
}

/** Builds and packs the n8n package, then checks it as n8n does before it verifies a package. */
function scan() {
	return node('test/support/scan.ts');
}

module.exports = { templates, scan, default: series(templates, scan) };
