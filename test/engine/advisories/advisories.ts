import type { Advisory } from './attack.ts';
import { of2026 } from './of-2026.ts';
import { upTo2021 } from './up-to-2021.ts';

/** All that are published and not withdrawn, as of November 2026. */
export const advisories: readonly Advisory[] = [...upTo2021, ...of2026];
