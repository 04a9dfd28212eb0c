import { workspace } from '../engine/eslint.config.mjs';

export default workspace('server', ['./engine/index.ts']);
