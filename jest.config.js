export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Many a test starts processes, and a busy machine takes its time over that.
  testTimeout: 30_000,
  extensionsToTreatAsEsm: ['.ts'],
  // The framework of a function reads `process.env` when it starts: a test that wants another environment starts a process.
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};
