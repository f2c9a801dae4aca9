import config from '../../jest.config.js';

/** Clients that others wrote: slower than `npm test`, and some must be installed. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/real/**/*.real.ts'],
  testTimeout: 120_000,
  // google-auth-library warns of each Impersonated client.
  silent: true,
  // gcloud keeps one core busy by itself.
  maxWorkers: 2,
};
