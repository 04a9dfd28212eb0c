import type { Services } from '../services.ts';
import type { Portal } from '../store/store.ts';
import { StartProblem } from './start-problem.ts';

/** By slug or id; `default` is made when it is not there. */
export async function findPortal({ portals }: Services, name: string): Promise<Portal> {
	if (name === 'default') return (await portals.ensureDefault()).portal;
	const found = await portals.find(name);
	if (found === null) throw new StartProblem(`There is no portal with the slug or id ${name}.`);
	return found;
}
