import {
  account,
  binding,
  creatorPolicy,
  minter,
  NOW,
  OPS,
  openChainCloud,
  target,
} from '../chain-cloud.ts';

const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const MINTER_PRINCIPAL = `principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`;
const MINTED = 200;
const REFUSED = 403;

type Grants = {
  account?: object;
  project?: object;
  folder?: object;
  organization?: object;
  [part: string]: unknown;
};
type Row = { situation: string; expected: number; grants: Grants };

const policyOf = (...bindings: object[]) => ({ policy: { bindings } });
const grantTo = (member: string): Grants => ({
  account: policyOf(binding(TOKEN_CREATOR, member)),
});
const roleForMinter = (role: string) => policyOf(binding(role, account(minter)));
const grantOnTarget: Grants = { account: { policy: creatorPolicy(minter) } };

/** Mints for the target as `minter`, in a world with these grants. @returns the status */
async function mintWith(grants: Grants): Promise<number> {
  const { account: onAccount, project, folder, organization, ...rest } = grants;
  const cloud = await openChainCloud({
    organization: { id: '900000000001', ...organization },
    folders: [{ id: '800000000001', parent: 'organizations/900000000001', ...folder }],
    projects: [
      { id: 'acme-data', number: '700000000002', parent: 'folders/800000000001', ...project },
      { id: 'acme-ops', number: '700000000001', parent: 'organizations/900000000001' },
    ],
    accounts: [
      { email: minter, uniqueId: '100000000000000000001' },
      { email: target, ...onAccount },
    ],
    groups: [
      { email: 'outer@acme.com', members: ['group:inner@acme.com'] },
      { email: 'inner@acme.com', members: [account(minter), 'group:outer@acme.com'] },
      { email: 'other@acme.com', members: ['user:ada@acme.com', 'group:other@acme.com'] },
    ],
    ...rest,
  });
  const path = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
  const scope = ['https://www.googleapis.com/auth/cloud-platform'];
  const { status } = await cloud.call(minter, 'POST', path, { scope });
  await cloud.close();
  return status;
}

describe('A grant of Token Creator', () => {
  it.each<Row>([
    { situation: 'on the account', expected: MINTED, grants: grantOnTarget },
    {
      situation: 'on its project',
      expected: MINTED,
      grants: { project: roleForMinter(TOKEN_CREATOR) },
    },
    {
      situation: 'on its folder',
      expected: MINTED,
      grants: { folder: roleForMinter(TOKEN_CREATOR) },
    },
    {
      situation: 'on its organization',
      expected: MINTED,
      grants: { organization: roleForMinter(TOKEN_CREATOR) },
    },
    { situation: 'nowhere', expected: REFUSED, grants: {} },
  ])('$situation gives status $expected', async ({ grants, expected }) => {
    expect(await mintWith(grants)).toBe(expected);
  });
});

describe('A role', () => {
  const custom = (role: object): Grants => {
    const name = 'projects/acme-data/roles/minting';
    return {
      account: roleForMinter(name),
      roles: [{ name, includedPermissions: ['iam.serviceAccounts.getAccessToken'], ...role }],
    };
  };
  it.each<Row>([
    {
      situation: 'Workload Identity User',
      expected: MINTED,
      grants: { account: roleForMinter('roles/iam.workloadIdentityUser') },
    },
    {
      situation: 'OpenID Token Creator',
      expected: REFUSED,
      grants: { account: roleForMinter('roles/iam.serviceAccountOpenIdTokenCreator') },
    },
    {
      situation: 'owner of the project',
      expected: REFUSED,
      grants: { project: roleForMinter('roles/owner') },
    },
    { situation: 'custom, with the permission', expected: MINTED, grants: custom({}) },
    {
      situation: 'custom and disabled',
      expected: REFUSED,
      grants: custom({ stage: 'DISABLED' }),
    },
    { situation: 'custom and deleted', expected: REFUSED, grants: custom({ deleted: true }) },
    {
      situation: 'custom, without the permission',
      expected: REFUSED,
      grants: custom({ includedPermissions: [] }),
    },
  ])('that is $situation gives status $expected', async ({ grants, expected }) => {
    expect(await mintWith(grants)).toBe(expected);
  });
});

describe('A condition', () => {
  const at = (ms: number) => new Date(NOW.getTime() + ms).toISOString();
  it.each([
    {
      situation: 'that is true',
      expected: MINTED,
      expression: `request.time < timestamp('${at(1)}')`,
    },
    {
      situation: 'that has ended',
      expected: REFUSED,
      expression: `request.time < timestamp('${at(0)}')`,
    },
    {
      situation: 'on the hour in a time zone',
      expected: MINTED,
      expression: "request.time.getHours('America/New_York') == 7",
    },
    {
      situation: 'on the name and the type of the resource',
      expected: MINTED,
      expression:
        "resource.name.extract('/serviceAccounts/{a}@') == 'billing' && resource.type == 'iam.googleapis.com/ServiceAccount'",
    },
    {
      situation: 'that cannot be evaluated',
      expected: REFUSED,
      expression: "api.getAttribute('x', []) == []",
    },
    { situation: 'whose value is not a boolean', expected: REFUSED, expression: "'yes'" },
    {
      situation: 'on a tag',
      expected: REFUSED,
      expression: "resource.matchTag('1/env', 'prod')",
    },
  ])('$situation gives status $expected', async ({ expression, expected }) => {
    const conditional = {
      ...binding(TOKEN_CREATOR, account(minter)),
      condition: { title: 't', expression },
    };
    const grants = { account: { policy: { version: 3, bindings: [conditional] } } };
    expect(await mintWith(grants)).toBe(expected);
  });
});

describe('A grant to', () => {
  const accountsIn = (container: string) =>
    `principalSet://cloudresourcemanager.googleapis.com/${container}/type/ServiceAccount`;
  it.each([
    {
      situation: 'a group that contains the caller through another group',
      expected: MINTED,
      member: 'group:outer@acme.com',
    },
    {
      situation: 'a group that does not contain the caller',
      expected: REFUSED,
      member: 'group:other@acme.com',
    },
    { situation: 'allUsers', expected: MINTED, member: 'allUsers' },
    {
      situation: 'allAuthenticatedUsers',
      expected: MINTED,
      member: 'allAuthenticatedUsers',
    },
    {
      situation: "all service accounts of the caller's organization",
      expected: MINTED,
      member: accountsIn('organizations/900000000001'),
    },
    {
      situation: 'all service accounts of another project',
      expected: REFUSED,
      member: accountsIn('projects/700000000002'),
    },
    {
      situation: "the caller's domain, which contains users only",
      expected: REFUSED,
      member: `domain:${OPS}`,
    },
    {
      situation: 'a deleted account with the email of the caller',
      expected: REFUSED,
      member: `deleted:${account(minter)}?uid=100000000000000000001`,
    },
    {
      situation: 'a user with the email of the caller',
      expected: REFUSED,
      member: `user:${minter}`,
    },
  ])('$situation gives status $expected', async ({ member, expected }) => {
    expect(await mintWith(grantTo(member))).toBe(expected);
  });
});

describe('A deny rule', () => {
  const everyone = { deniedPrincipals: ['principalSet://goog/public:all'] };
  const minting = { deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'] };
  const deny = (denyRule: object, attachedTo = 'projects/acme-data'): Grants => ({
    ...grantOnTarget,
    denyPolicies: [{ attachedTo, name: 'no', rules: [{ denyRule }] }],
  });
  it.each<Row>([
    {
      situation: 'for everyone',
      expected: REFUSED,
      grants: deny({ ...everyone, ...minting }),
    },
    {
      situation: 'for the caller',
      expected: REFUSED,
      grants: deny({ deniedPrincipals: [MINTER_PRINCIPAL], ...minting }),
    },
    {
      situation: 'for a group of the caller',
      expected: REFUSED,
      grants: deny({ deniedPrincipals: ['principalSet://goog/group/outer@acme.com'], ...minting }),
    },
    {
      situation: 'on a group of permissions',
      expected: REFUSED,
      grants: deny({ ...everyone, deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'] }),
    },
    {
      situation: 'for everyone except the caller',
      expected: MINTED,
      grants: deny({ ...everyone, ...minting, exceptionPrincipals: [MINTER_PRINCIPAL] }),
    },
    {
      situation: 'on another permission',
      expected: MINTED,
      grants: deny({
        ...everyone,
        deniedPermissions: ['iam.googleapis.com/serviceAccounts.signJwt'],
      }),
    },
    {
      situation: 'on every permission except this one',
      expected: MINTED,
      grants: deny({
        ...everyone,
        deniedPermissions: ['iam.googleapis.com/*.*'],
        exceptionPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      }),
    },
    {
      situation: 'with a condition on a tag',
      expected: MINTED,
      grants: deny({
        ...everyone,
        ...minting,
        denialCondition: { expression: "resource.matchTag('1/env', 'prod')" },
      }),
    },
    {
      situation: 'with a condition that cannot be evaluated',
      expected: REFUSED,
      grants: deny({ ...everyone, ...minting, denialCondition: { expression: 'mystery()' } }),
    },
    {
      situation: 'on another project',
      expected: MINTED,
      grants: deny({ ...everyone, ...minting }, 'projects/acme-ops'),
    },
  ])('$situation gives status $expected', async ({ grants, expected }) => {
    expect(await mintWith(grants)).toBe(expected);
  });
});
