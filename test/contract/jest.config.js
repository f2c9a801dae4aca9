import config from '../../jest.config.js';

/** `npm run test:contract` tries the contract on Google: docs/contract.md. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/contract/google.real.ts'],
  testTimeout: 180_000,
};
