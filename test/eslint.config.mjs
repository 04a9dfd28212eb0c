import tseslint from 'typescript-eslint';

import { workspace } from '../engine/eslint.config.mjs';

export default tseslint.config(
	{ ignores: ['.n8n/', '.lib/'] },
	...workspace('test', [
		'./engine',
		'./server',
		'./nodes',
		'./credentials',
		'./examples',
		'./dist',
		'./package.json',
	]),
	{
		files: ['**/*.ts'],
		rules: {
			'@typescript-eslint/no-non-null-assertion': 'off',
			// Answers over HTTP are `any` in a test until an assertion has looked at them.
			'@typescript-eslint/no-explicit-any': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/unbound-method': 'off',
			'no-console': 'off',
		},
	},
);
