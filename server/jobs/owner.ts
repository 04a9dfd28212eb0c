import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this run of this process as the owner of the jobs that it locks: host, process id, and a part that no later run repeats. */
export const ownOwner = `${hostname()}|${String(process.pid)}|${randomUUID()}`;

/**
 * True when the run that `owner` names is certainly over. An owner on another host (a container sharing the file, say) is never
 * called dead here; its locks end by their lifetime.
 */
export function isDeadOwner(owner: string): boolean {
	if (owner === ownOwner) return false;
	const [host, pid] = owner.split('|');
	if (host !== hostname()) return false;
	// The same number with another last part: an earlier process had the number that is ours now.
	if (Number(pid) === process.pid) return true;
	return !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		// EPERM: it lives and belongs to somebody else.
		return error instanceof Object && 'code' in error && error.code === 'EPERM';
	}
}
