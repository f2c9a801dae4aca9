import config from '../../jest.config.js';

/** The contract against Google itself: docs/contract.md. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/contract/google.real.ts'],
  testTimeout: 180_000,
};
