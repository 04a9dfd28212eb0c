import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a module in a process of its own: inside jest the flag does nothing. */
async function inChild(source: string): Promise<string> {
	const { stdout } = await run(
		process.execPath,
		['--disallow-code-generation-from-strings', '--input-type=module', '--eval', source],
		{ cwd: import.meta.dirname },
	);
	return stdout.trim();
}

describe('under --disallow-code-generation-from-strings', () => {
	it('no code is made from strings: the flag is on', async () => {
		const source = `try { new Function('return 1')(); console.log('made'); } catch (error) { console.log(error.name); }`;
		expect(await inChild(source)).toBe('EvalError');
	});

	it('the engine compiles, lints, analyses and renders', async () => {
		const source = `
			import { analyse, compile, defineCatalogue, lint, render } from 'custom-values';
			const catalogue = defineCatalogue([
				{ path: 'contact.name', type: 'text', cost: 'row', description: '', sample: 'A' },
				{ path: 'item.*', type: 'text', cost: 'row', description: '', sample: 'A' },
			]);
			const source = '<p><< contact.name | M&uuml;ller | upper >><< #each item.rows >> << this | date "MMMM" >><< /each >> << right_now.year >></p>';
			const compiled = compile(source, { catalogue, context: 'html' });
			const { text } = render(compiled, { item: { rows: ['2026-05-06'] } }, { locale: 'en', timeZone: 'UTC', now: 0, onMissing: 'empty' });
			console.log(JSON.stringify([text, lint('<< contact.nmae >>', { catalogue, context: 'html' })[0].code, analyse([compiled]).rows]));
		`;
		expect(JSON.parse(await inChild(source))).toEqual([
			'<p>MÜLLER May 1970</p>',
			'unknown_value',
			['contact.name', 'item.rows'],
		]);
	});
});
