import { BUILDS } from './builds.ts';
import { COMPUTE } from './compute.ts';
import { CONTAINERS } from './containers.ts';
import { DATA } from './data.ts';
import type { Route } from './route.ts';
import { SERVERLESS } from './serverless.ts';

/**
 * An organization may allow that an account runs in any project, so also in one of the member.
 *
 * @see https://cloud.google.com/iam/docs/attach-service-accounts#attaching-different-project
 */
export const ANOTHER_PROJECT: Route = {
  name: 'another-project',
  by: 'anything in a project of its own',
  permissions: [],
  actAs: true,
  needs: 'nothing',
  source: 'https://cloud.google.com/iam/docs/attach-service-accounts#attaching-different-project',
  fix: 'Enforce constraints/iam.disableCrossProjectServiceAccountUsage in the project of the account.',
};

/** Anyone who makes an HMAC key for an account reads and writes Cloud Storage as this account. */
export const HMAC_KEY: Route = {
  name: 'hmac-key',
  by: 'a new HMAC key, in Cloud Storage',
  permissions: ['storage.hmacKeys.create'],
  actAs: false,
  needs: 'nothing',
  gives: 'storage',
  source: 'https://cloud.google.com/storage/docs/authentication/managing-hmackeys',
  fix: 'Remove the member from the role in the project of the account.',
};

/**
 * Every way that Google documents, or that a published tool lists, by which somebody runs code as an account that somebody else made.
 *
 * @see https://github.com/NetSPI/gcpwn
 * @see https://github.com/RhinoSecurityLabs/GCP-IAM-Privilege-Escalation
 * @see https://cloud.google.com/iam/docs/attach-service-accounts
 */
export const ROUTES: readonly Route[] = [
  ...SERVERLESS,
  ...BUILDS,
  ...COMPUTE,
  ...CONTAINERS,
  ...DATA,
  ANOTHER_PROJECT,
  HMAC_KEY,
];
