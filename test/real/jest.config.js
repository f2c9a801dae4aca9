import config from '../../jest.config.js';

/** `npm run test:real` runs programs that others wrote. Some must be installed, and the tests are slower than `npm test`. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/real/**/*.real.ts'],
  testTimeout: 120_000,
  // google-auth-library prints a warning for each Impersonated client.
  silent: true,
  // One gcloud keeps one core busy.
  maxWorkers: 2,
};
