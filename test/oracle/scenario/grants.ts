import fc from 'fast-check';
import { accountResource, type Binding } from '../iam/world.ts';
import { conditions } from './conditions.ts';
import { ACCOUNTS, ORGANIZATION, RESOURCES, ROLES } from './names.ts';
import { members } from './principals.ts';

const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const ACCOUNT_ROLES = [
  TOKEN_CREATOR,
  'roles/iam.workloadIdentityUser',
  'roles/iam.serviceAccountOpenIdTokenCreator',
  'roles/iam.serviceAccountKeyAdmin',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountUser',
  'roles/resourcemanager.tagUser',
];
const CONTAINER_ROLES = [
  ...ACCOUNT_ROLES,
  'roles/owner',
  'roles/editor',
  'roles/viewer',
  'roles/iam.roleAdmin',
  'roles/iam.securityAdmin',
  'roles/iam.denyAdmin',
  'roles/resourcemanager.projectIamAdmin',
  'roles/resourcemanager.projectMover',
  'roles/resourcemanager.folderAdmin',
  'roles/storage.objectAdmin',
  'roles/storage.admin',
];
const BUCKET_ROLES = [
  'roles/storage.objectAdmin',
  'roles/storage.objectCreator',
  'roles/storage.objectViewer',
  'roles/storage.admin',
];

const TAG_ROLES = ['roles/resourcemanager.tagUser'];

/** The roles that Google lets somebody grant on the resource. */
function rolesFor(resource: string): readonly string[] {
  const [kind, id, below] = resource.split('/');
  if (kind === 'buckets') return BUCKET_ROLES;
  if (kind === 'tagValues')
    return [...TAG_ROLES, ...ROLES.filter((name) => name.startsWith(ORGANIZATION))];
  const custom = ROLES.filter(
    (name) => !name.startsWith('projects/') || name.startsWith(`${kind}/${id}/`),
  );
  return [
    ...(below === undefined ? CONTAINER_ROLES : ACCOUNT_ROLES),
    ...custom,
    TOKEN_CREATOR,
    ...custom,
  ];
}

/** A binding somewhere. Google refuses conditions together with basic roles, `allUsers` and `allAuthenticatedUsers`. */
export const grants = fc
  .record({
    on: fc.constantFrom(...RESOURCES),
    role: fc.nat({ max: 999 }),
    members: fc.uniqueArray(members, { minLength: 1, maxLength: 2 }),
    condition: fc.option(conditions, { freq: 4, nil: undefined }),
  })
  .map(({ on, role, members: all, condition }) => {
    const roles = rolesFor(on);
    const name = roles[role % roles.length] ?? TOKEN_CREATOR;
    const isPlain = /^roles\/[a-z]+$/.test(name) || all.some((member) => member.startsWith('all'));
    const binding: Binding = { role: name, members: all };
    return { on, binding: condition && !isPlain ? { ...binding, condition } : binding };
  });
/** Somebody who may edit or undelete a role, and holds it on an account. */
export const editors: fc.Arbitrary<Grant[]> = fc
  .record({
    role: fc.constantFrom(...ROLES),
    account: fc.constantFrom(...ACCOUNTS),
    member: members,
    admin: fc.constantFrom('roles/iam.roleAdmin', 'roles/iam.roleAdmin', 'roles/owner'),
  })
  .map(({ role, account, member, admin }) => {
    const parent = role.split('/roles/')[0] ?? '';
    const resource = accountResource(account);
    // A role of a project cannot be granted in another one.
    const isElsewhere = role.startsWith('projects/') && !resource.startsWith(`${parent}/`);
    return [
      { on: parent, binding: { role: admin, members: [member] } },
      { on: isElsewhere ? parent : resource, binding: { role, members: [member] } },
    ];
  });
export type Grant = { readonly on: string; readonly binding: Binding };

export const hopGrant = (to: string, from: string, role = TOKEN_CREATOR): Grant => ({
  on: accountResource(to),
  binding: { role, members: [`serviceAccount:${from}`] },
});
