import fc from 'fast-check';
import { accountResource, type DenyPolicy, holderOf, type World } from '../iam/world.ts';
import { denyPolicies } from './denials.ts';
import type { Grant } from './grants.ts';
import {
  ACCOUNTS,
  AUDITOR,
  BUCKET,
  FOLDERS,
  GONE,
  GROUPS,
  idOf,
  NUMBERS,
  ORGANIZATION,
  PROJECTS,
  ROLES,
  TAG_VALUES,
} from './names.ts';
import { accountMembers, accounts, people } from './principals.ts';

const SOME_PERMISSIONS = [
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.implicitDelegation',
  'iam.serviceAccounts.getOpenIdToken',
  'iam.serviceAccounts.signBlob',
  'iam.serviceAccounts.signJwt',
  'iam.serviceAccounts.setIamPolicy',
  'iam.serviceAccounts.get',
  'iam.serviceAccounts.enable',
  'iam.serviceAccountKeys.create',
  'iam.roles.update',
  'iam.roles.undelete',
  'iam.serviceAccounts.actAs',
  'iam.serviceAccounts.undelete',
  'iam.denypolicies.delete',
  'resourcemanager.projects.setIamPolicy',
  'resourcemanager.folders.setIamPolicy',
  'resourcemanager.organizations.setIamPolicy',
  'resourcemanager.projects.move',
  'resourcemanager.tagValueBindings.create',
  'resourcemanager.tagValueBindings.delete',
  'resourcemanager.projects.get',
  'storage.objects.create',
  'storage.objects.delete',
  'storage.buckets.setIamPolicy',
];
/** The parts of a world that do not depend on the chains. */
export const settings = fc.record({
  parents: fc.tuple(
    fc.constantFrom(ORGANIZATION, ...FOLDERS),
    fc.constantFrom(ORGANIZATION, ...FOLDERS),
  ),
  disabled: fc.uniqueArray(accounts, { maxLength: 1 }),
  roles: fc.tuple(
    ...ROLES.map(() =>
      fc.record({
        includedPermissions: fc.uniqueArray(fc.constantFrom(...SOME_PERMISSIONS), {
          minLength: 1,
          maxLength: 5,
        }),
        stage: fc.constantFrom('GA', 'GA', 'BETA', 'DISABLED'),
        deleted: fc.constantFrom(false, false, false, true),
      }),
    ),
  ),
  groups: fc.tuple(
    fc.uniqueArray(fc.oneof(people, accountMembers, fc.constant(`group:${GROUPS[1]}`)), {
      maxLength: 2,
    }),
    fc.uniqueArray(fc.oneof(people, accountMembers), { maxLength: 2 }),
  ),
  managers: fc.tuple(
    ...GROUPS.map(() => fc.uniqueArray(fc.oneof(people, accountMembers), { maxLength: 1 })),
  ),
  transitive: fc.boolean(),
  tagged: fc.array(
    fc.record({
      resource: fc.constantFrom(...PROJECTS, FOLDERS[0], ...ACCOUNTS.map(accountResource)),
      tagValue: fc.constantFrom(...TAG_VALUES),
    }),
    { maxLength: 1 },
  ),
  denyPolicies: fc.oneof(
    { weight: 2, arbitrary: fc.constant<DenyPolicy[]>([]) },
    { weight: 1, arbitrary: denyPolicies },
  ),
});
export type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

/** The auditor may read everything. */
const READING = 'roles/iam.securityAuditor';

export function worldOf(given: Settings, grantsOn: readonly Grant[], secrets: readonly string[]) {
  const world: World & { secrets: object[]; cloudIdentity: object } = {
    organization: {
      id: ORGANIZATION.slice('organizations/'.length),
      policy: { version: 3, bindings: [{ role: READING, members: [AUDITOR] }] },
    },
    folders: FOLDERS.map((name, i) => ({
      id: name.slice('folders/'.length),
      parent: i === 0 ? ORGANIZATION : FOLDERS[0],
    })),
    projects: PROJECTS.map((name, i) => {
      const id = name.slice('projects/'.length);
      return { id, number: NUMBERS[id] ?? '', parent: given.parents[i] ?? ORGANIZATION };
    }),
    accounts: [
      ...ACCOUNTS.map((email) => ({
        email,
        uniqueId: idOf(email),
        ...(given.disabled.includes(email) && { disabled: true }),
      })),
      { email: GONE, uniqueId: idOf(GONE), deleted: true },
    ],
    roles: ROLES.map((name, i) => ({ name, ...(given.roles[i] ?? { includedPermissions: [] }) })),
    denyPolicies: structuredClone(given.denyPolicies),
    groups: GROUPS.map((email, i) => ({
      email,
      members: given.groups[i] ?? [],
      managers: given.managers[i] ?? [],
    })),
    cloudIdentity: { groupReaders: [AUDITOR], transitive: given.transitive },
    tagKeys: [
      {
        name: 'tagKeys/281400000000001',
        parent: ORGANIZATION,
        shortName: 'env',
        values: TAG_VALUES.map((name, i) => ({ name, shortName: ['prod', 'test'][i] ?? '' })),
      },
    ],
    tagBindings: given.tagged,
    buckets: [{ name: BUCKET, project: 'acme-ops' }],
    secrets: secrets.map((name) => ({ name })),
  };
  for (const { on, binding } of grantsOn) {
    const holder = holderOf(world, on);
    if (holder)
      holder.policy = { version: 3, bindings: [...(holder.policy?.bindings ?? []), binding] };
  }
  return world;
}
