import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import { dirname } from 'node:path';
import tseslint from 'typescript-eslint';

const root = dirname(import.meta.dirname);

/**
 * The rules of a workspace: strict, with types, and the boundaries of the design.
 * `mayImport` lists what of the repository the workspace may use beside its own folder and packages; `layers` are further zones, inside
 * it, of the rule for paths.
 */
export function workspace(folder, mayImport, layers = []) {
	return tseslint.config({
		files: ['**/*.ts'],
		extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
		plugins: { 'import-x': importX },
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
		settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/no-confusing-void-expression': [
				'error',
				{ ignoreVoidReturningFunctions: true },
			],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/require-await': 'off',
			'import-x/no-cycle': ['error', { ignoreExternal: true }],
			'import-x/no-restricted-paths': [
				'error',
				{
					basePath: root,
					zones: [
						{
							target: `./${folder}`,
							from: '.',
							except: [`./${folder}`, './node_modules', ...mayImport],
						},
						...layers,
					],
				},
			],
			'no-console': 'error',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
		},
	});
}

export default workspace('engine', []);
