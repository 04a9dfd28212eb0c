/** @type {import('jest').Config} */
export default {
	rootDir: '..',
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/n8n/', '<rootDir>/test/.n8n/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/.n8n/'],
	testEnvironment: 'node',
	extensionsToTreatAsEsm: ['.ts'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
				module: { type: 'es6' },
			},
		],
	},
	reporters: ['default', '<rootDir>/test/support/guarantee-reporter.ts'],
	testTimeout: 30_000,
	// Agenda keeps a timer of up to 30 seconds for every job it ran.
	forceExit: true,
};
