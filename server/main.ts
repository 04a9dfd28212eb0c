#!/usr/bin/env -S node --disallow-code-generation-from-strings
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// In the project's own folder: one that other people of the machine may write to could hand us their code.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/client-portal', import.meta.url)));
const { run } = await import('./cli.ts');
process.exitCode = await run(process.argv.slice(2));
