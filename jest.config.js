import { fileURLToPath } from 'node:url';

// Node keeps what it has compiled for the processes that tests start: most of their time is the loading of modules.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('build/compile-cache', import.meta.url));

// `npm test` runs Node with --no-compilation-cache. V8 would keep the code of every test file until the end, and use none of it again: 8 MB of
// each file, and a fifth of the CPU time for garbage collection and for copies of this memory when a test starts a process.

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Jest's own choice leaves one core unused. On two cores that is half of them.
  maxWorkers: '100%',
  // Many tests start processes, which is slow on a busy machine.
  testTimeout: 30_000,
  extensionsToTreatAsEsm: ['.ts'],
  // The framework of a function reads `process.env` when it starts: a test that wants another environment starts a process.
  transform: {
    '/@google-cloud/.*/protos/protos[.]js$': '<rootDir>/test/without-message-classes.config.js',
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
  // Jest would not transform any other file of a package.
  transformIgnorePatterns: ['/node_modules/(?!.*/protos/protos[.]js$)'],
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};
