import type { Services } from '../services.ts';
import type { Portal } from '../store/store.ts';
import { StartProblem } from './start-problem.ts';

/** By slug or id; `default` is made when it is not there. */
export async function findPortal({ portals, store }: Services, name: string): Promise<Portal> {
	if (name === 'default') return (await portals.ensureDefault()).portal;
	const found = (await store.portals.getBySlug(name)) ?? (await store.portals.get(name));
	if (found === null) throw new StartProblem(`There is no portal with the slug or id ${name}.`);
	return found;
}
