/** A bar that grows in place; silent where there is no terminal. */
export function progressBar(total: number): {
	advance(by: number, label: string): void;
	end(): void;
} {
	const { stdout } = process;
	const width = 30;
	let done = 0;
	return {
		advance(by, label) {
			done += by;
			if (!stdout.isTTY) return;
			const filled = Math.min(width, Math.round((done / total) * width));
			stdout.write(`\r\x1b[K  ${'█'.repeat(filled)}${'░'.repeat(width - filled)}  ${label}`);
		},
		end() {
			if (stdout.isTTY) stdout.write('\r\x1b[K');
		},
	};
}

/** A table with a frame; numbers stand on the right. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
	const cells = rows.map(([name, value]) => [name, String(value)] as const);
	const left = Math.max(...cells.map(([name]) => name.length));
	const right = Math.max(...cells.map(([, value]) => value.length));
	const line = (a: string, b: string, c: string) =>
		`  ${a}${'─'.repeat(left + 2)}${b}${'─'.repeat(right + 2)}${c}`;
	return [
		line('┌', '┬', '┐'),
		...cells.map(([name, value]) => `  │ ${name.padEnd(left)} │ ${value.padStart(right)} │`),
		line('└', '┴', '┘'),
	].join('\n');
}
