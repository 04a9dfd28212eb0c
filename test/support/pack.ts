import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** Builds the n8n package and packs it as npm would publish it; `use` gets the path of the tarball, which is gone afterwards. */
export async function withTarball(use: (tarball: string) => void | Promise<void>): Promise<void> {
	run('n8n-node', ['build']);
	const folder = mkdtempSync(join(tmpdir(), 'client-portal-pack-'));
	try {
		const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder])) as {
			filename: string;
		}[];
		if (packed === undefined) throw new Error('npm pack made no tarball');
		await use(join(folder, packed.filename));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Unpacks a tarball of npm into a folder, without its own `package/` level. */
export function unpack(tarball: string, folder: string): void {
	mkdirSync(folder, { recursive: true });
	run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/** Runs a program of the repository or of the system in its root; answers what it printed, fails with what it complained. */
function run(program: string, args: string[]): string {
	const PATH = `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
	return execFileSync(program, args, {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, PATH },
		maxBuffer: 64 * 1024 * 1024,
	});
}
