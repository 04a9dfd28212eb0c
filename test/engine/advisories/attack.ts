import { compile, render, TemplateError, type TextContext, type Values } from 'custom-values';
import { catalogue, options } from '../support.ts';

/** What came of an attack. */
export type Outcome =
	/** `compile` refused it with findings of these codes. */
	| { refused: string[] }
	/** It was rendered to this text. */
	| { printed: string }
	/** A call was refused with this kind of error, as a wrong type is. */
	| { threw: string };

/** One way in, and what has to come of it. */
export interface Attack {
	/** Compiles and renders, or does whatever else the advisory is about. */
	run: () => Outcome;
	expected: Outcome;
}

/** A published advisory about the npm package handlebars. */
export interface Advisory {
	id: string;
	/** The release that mended it. */
	fixedIn: string;
	title: string;
	attacks: Attack[];
}

/** The code that attacks try to get run. */
export const harm = 'globalThis.harmed=true';

/** A name that would end the string it is put in, and be code. */
export const codeName = `a\\"+(${harm})+"`;

/** Values to loop over. */
export const loops = { item: { rows: [{ name: 'x' }], names: ['constructor'] } };

/** Text and values of an attacker. */
export function tried(source: string, values: Values = {}, context: TextContext = 'html'): Outcome {
	try {
		return { printed: render(compile(source, { catalogue, context }), values, options).text };
	} catch (error) {
		if (!(error instanceof TemplateError)) return { threw: (error as Error).name };
		return { refused: [...new Set(error.findings.map(({ code }) => code))] };
	}
}

/** A text that is refused for these reasons. */
export function refused(source: string, ...codes: string[]): Attack {
	return { run: () => tried(source), expected: { refused: codes } };
}

/** A text that is printed like this with these values. */
export function printed(source: string, values: Values, expected: string): Attack {
	return { run: () => tried(source, values), expected: { printed: expected } };
}

/** A text in which nothing is a tag of ours. */
export function literal(source: string): Attack {
	return printed(source, {}, source);
}

/** Something other than a text, as JSON from outside could bring, is given to `compile`. */
export function notText(source: unknown): Attack {
	return { run: () => tried(source as string), expected: { threw: 'TypeError' } };
}

/** The same attack while `Object.prototype` holds these values. */
export function polluted(extra: Readonly<Record<string, unknown>>, attack: Attack): Attack {
	const prototype = Object.prototype as Record<string, unknown>;
	return {
		expected: attack.expected,
		run: () => {
			for (const [name, value] of Object.entries(extra)) {
				Object.defineProperty(prototype, name, { value, configurable: true, enumerable: true });
			}
			try {
				return attack.run();
			} finally {
				for (const name of Object.keys(extra)) Reflect.deleteProperty(prototype, name);
			}
		},
	};
}
