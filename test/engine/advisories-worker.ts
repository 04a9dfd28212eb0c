/**
 * A process in which no code can be made of strings. It runs every attack of every advisory and prints a line of JSON for each
 * advisory, after one about the flag and one about an attack that does harm.
 */
import { advisories } from './advisories/advisories.ts';
import { harm, type Attack, type Outcome } from './advisories/attack.ts';

/** What an advisory's attacks came to. `harmed`: code that ran, and what was changed that others use. */
export interface Report {
	id: string;
	outcomes: Outcome[];
	harmed: string[];
}

const shared = { Object, Function, String, Array, Number, RegExp };
const before = new Map(Object.entries(shared).map(([name, type]) => [name, stateOf(type)]));

function stateOf(type: { prototype: object }): string {
	const own = Object.getOwnPropertyDescriptors(type.prototype);
	return Reflect.ownKeys(own)
		.map((key) => `${String(key)} ${Reflect.get(own, key)?.writable}`)
		.join();
}

function harmed(): string[] {
	const changed = Object.entries(shared).filter(
		([name, type]) => stateOf(type) !== before.get(name),
	);
	return [...changed.map(([name]) => name), ...('harmed' in globalThis ? ['code ran'] : [])];
}

function report(made: Report): void {
	console.log(JSON.stringify(made));
}

function outcomeOf({ run }: Pick<Attack, 'run'>): Outcome {
	try {
		return run();
	} catch (error) {
		return { threw: error instanceof Error ? error.name : String(error) };
	}
}

function makeCode(): Outcome {
	// eslint-disable-next-line @typescript-eslint/no-implied-eval -- what the flag forbids is what is tried.
	return { printed: typeof new Function(harm) };
}

report({ id: 'flag', outcomes: [outcomeOf({ run: makeCode })], harmed: harmed() });

Object.assign(globalThis, { harmed: true });
Object.assign(Object.prototype, { extra: true });
report({ id: 'harm', outcomes: [], harmed: harmed() });
Reflect.deleteProperty(globalThis, 'harmed');
Reflect.deleteProperty(Object.prototype, 'extra');

for (const { id, attacks } of advisories) {
	report({ id, outcomes: attacks.map(outcomeOf), harmed: harmed() });
}
