import { describe } from '@jest/globals';

import { browserMissing } from './support.ts';

if (browserMissing !== null) console.warn(browserMissing);

/** `describe` for tests that need a browser. */
export const describeInBrowser = browserMissing === null ? describe : describe.skip;
