import fc from 'fast-check';
import type { DenyPolicy } from '../iam/world.ts';
import { denialConditions } from './conditions.ts';
import { FOLDERS, GROUPS, ORGANIZATION, PROJECTS } from './names.ts';
import { accounts, containerSets, people } from './principals.ts';

const denied = fc.oneof(
  { weight: 4, arbitrary: people.map((who) => `principal://goog/subject/${who.slice(5)}`) },
  {
    weight: 4,
    arbitrary: accounts.map(
      (email) => `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...GROUPS.map((email) => `principalSet://goog/group/${email}`)),
  },
  { weight: 2, arbitrary: fc.constant('principalSet://goog/public:all') },
  { weight: 1, arbitrary: containerSets },
  { weight: 1, arbitrary: accounts.map((email) => `principal://goog/subject/${email}`) },
  {
    weight: 1,
    arbitrary: accounts.map(
      (email) => `principal://iam.googleapis.com/projects/acme-ops/serviceAccounts/${email}`,
    ),
  },
  { weight: 1, arbitrary: fc.constant('principalSet://goog/cloudIdentityCustomerId/C01234567') },
  {
    weight: 1,
    arbitrary: people.map((who) => `deleted:principal://goog/subject/${who.slice(5)}?uid=1`),
  },
);
const deniedPermissions: fc.Arbitrary<string[]> = fc.uniqueArray(
  fc.constantFrom(
    'iam.googleapis.com/serviceAccounts.getAccessToken',
    'iam.googleapis.com/serviceAccounts.implicitDelegation',
    'iam.googleapis.com/serviceAccounts.signJwt',
    'iam.googleapis.com/serviceAccounts.signBlob',
    'iam.googleapis.com/serviceAccounts.getOpenIdToken',
    'iam.googleapis.com/serviceAccounts.setIamPolicy',
    'iam.googleapis.com/serviceAccountKeys.create',
    'iam.googleapis.com/roles.update',
    'iam.googleapis.com/roles.undelete',
    'iam.googleapis.com/serviceAccounts.enable',
    'cloudresourcemanager.googleapis.com/projects.setIamPolicy',
    'cloudresourcemanager.googleapis.com/projects.move',
    'storage.googleapis.com/objects.create',
  ),
  { minLength: 1, maxLength: 6 },
);
export const denyPolicies: fc.Arbitrary<DenyPolicy[]> = fc
  .array(
    fc.record({
      attachedTo: fc.constantFrom(...PROJECTS, FOLDERS[0], ORGANIZATION),
      rule: fc.record({
        deniedPrincipals: fc.uniqueArray(denied, { minLength: 1, maxLength: 2 }),
        exceptionPrincipals: fc.uniqueArray(denied, { maxLength: 1 }),
        deniedPermissions,
        exceptionPermissions: fc.oneof(fc.constant<string[]>([]), deniedPermissions),
      }),
      condition: fc.option(denialConditions, { freq: 3, nil: undefined }),
    }),
    { maxLength: 2 },
  )
  .map((policies) =>
    policies.map(({ attachedTo, rule, condition }, i) => ({
      attachedTo,
      name: `deny-${i}`,
      rules: [{ denyRule: condition ? { ...rule, denialCondition: condition } : rule }],
    })),
  );
