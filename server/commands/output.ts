/** What a command has to say: to programs and to people. */
export interface Output {
	json: unknown;
	text: string;
	/** What to know besides, a line each; it is no part of the answer. */
	notes?: readonly string[];
}

/** Prints one JSON document, or lines for a person. */
export function print(options: { json?: true }, output: Output): void {
	const text = options.json === true ? JSON.stringify(output.json) : output.text;
	process.stdout.write(`${text}\n`);
	for (const note of output.notes ?? []) process.stderr.write(`${note}\n`);
}
