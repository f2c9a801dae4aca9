import type { Wire } from '../../../shared/google/wire/wire.ts';
import {
  type ApplyWorld,
  CHAINS,
  CREATOR,
  data,
  EMPTY,
  openApplyWorld,
  ops,
  RELAY,
  stateOf,
} from './world.ts';

const WITHOUT_PROBE = {
  ...EMPTY,
  accounts: EMPTY.accounts.filter(({ email }) => email !== ops('probe')),
};

describe('before the first write, apply reports', () => {
  let world: ApplyWorld;
  let before: ReturnType<typeof stateOf>;
  const open = async (seed: object = EMPTY) => {
    world = await openApplyWorld(seed);
    before = stateOf(world);
  };
  afterEach(async () => {
    expect(stateOf(world)).toEqual(before);
    await world.close();
  });

  it('each permission that the operator lacks, and the role that has it', async () => {
    const viewers = {
      policy: {
        bindings: [
          { role: 'roles/iam.securityReviewer', members: ['user:bob@acme.com'] },
          { role: 'roles/secretmanager.viewer', members: ['user:bob@acme.com'] },
        ],
      },
    };
    await open({
      ...EMPTY,
      projects: EMPTY.projects.map((project) => ({ ...project, ...viewers })),
    });
    const { exit, out } = await world.apply({}, { as: 'user:bob@acme.com' });
    expect(exit).toBe(3);
    expect(out).toContain(
      `! ${RELAY}: you need iam.serviceAccounts.setIamPolicy here: ask for roles/iam.serviceAccountAdmin, or ask a member with this role to apply the plan (export, jwt, stamp)\n`,
    );
    expect(out).toContain(
      '! projects/acme-ops: you need iam.roles.create, secretmanager.secrets.create, secretmanager.secrets.setIamPolicy here: ask for roles/iam.roleAdmin and roles/secretmanager.admin',
    );
  });

  it('an API that is not enabled, and the command that enables it', async () => {
    await open();
    const fetch: Wire['fetch'] = async (url, init) =>
      String(url).includes('/secrets/')
        ? Response.json(
            {
              error: {
                code: 403,
                message:
                  'Secret Manager API has not been used in project 700000000001 before or it is disabled.',
                status: 'PERMISSION_DENIED',
                details: [
                  {
                    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
                    reason: 'SERVICE_DISABLED',
                    domain: 'googleapis.com',
                    metadata: {
                      service: 'secretmanager.googleapis.com',
                      consumer: 'projects/700000000001',
                    },
                  },
                ],
              },
            },
            { status: 403 },
          )
        : world.local.fetch(url, init);
    const { exit, out } = await world.apply({}, { fetch });
    expect(exit).toBe(3);
    expect(out).toContain(
      '! projects/700000000001: the API secretmanager.googleapis.com is not enabled in 700000000001 (export, probe, jwt and 1 more)\n    at chains.yaml:3, chains.yaml:9, chains.yaml:13\n    gcloud services enable secretmanager.googleapis.com --project=700000000001\n',
    );
    expect((await world.plan({}, { fetch })).exit).toBe(3);
  });

  it('a lifetime that the organization policy does not allow', async () => {
    await open();
    const chains = CHAINS.replace('auth/bigquery] }', 'auth/bigquery], lifetime: 4h }');
    const { exit, out } = await world.apply({ chain: ['export'] }, { chains });
    expect(exit).toBe(1);
    expect(out).toContain(
      `! projects/acme-data: a lifetime of 4h needs constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow ${data('reader')}`,
    );
  });

  it('a secret that Google will delete', async () => {
    const name = 'projects/acme-ops/secrets/export';
    await open({ ...EMPTY, secrets: [{ name, labels: { 'managed-by': 'hopmint' } }] });
    const secret = world.local.state.secrets.get(name);
    if (secret) secret.expireTime = '2026-11-22T12:40:00.000Z';
    const { exit, out } = await world.plan();
    expect(exit).toBe(1);
    expect(out).toContain(
      `! ${name}: Google will delete the secret and all its versions at 2026-11-22T12:40:00.000Z (export)\n    at chains.yaml:3\n    gcloud secrets update export --project=acme-ops --remove-expiration\n`,
    );
    expect((await world.apply({ chain: ['export'] })).exit).toBe(1);
  });

  it('a policy that has no room for another member', async () => {
    const members = Array.from({ length: 1500 }, (_, i) => `user:u${i}@acme.com`);
    await open({
      ...EMPTY,
      accounts: EMPTY.accounts.map((account) =>
        account.email === ops('relay')
          ? { ...account, policy: { bindings: [{ role: CREATOR, members }] } }
          : account,
      ),
    });
    const { exit, out } = await world.apply({ chain: ['export', 'jwt', 'stamp'] });
    expect(exit).toBe(1);
    expect(out).toContain(
      `! ${RELAY}: its policy would have 1501 members, and IAM accepts at most 1500`,
    );
  });

  it('an account that does not exist, with the lines of its chains', async () => {
    await open(WITHOUT_PROBE);
    const { exit, out } = await world.apply({ chain: ['probe'] });
    expect(exit).toBe(1);
    expect(out).toContain(
      `! projects/-/serviceAccounts/${ops('probe')}: the account does not exist (probe)`,
    );
    expect(out).toMatch(/^ {4}at chains\.yaml:\d+$/m);
    const json = JSON.parse((await world.apply({ chain: ['probe'], json: true })).out);
    expect(json).toMatchObject({
      exit: 1,
      changed: 0,
      obstacles: [
        { kind: 'account-missing', chains: ['probe'], positions: [{ path: 'chains.yaml' }] },
      ],
    });
  });

  it.each([
    {
      title: 'that the caller may be a delegate',
      denied: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${ops('minter')}`],
      permission: 'iam.googleapis.com/serviceAccounts.implicitDelegation',
      says: `! ${RELAY}: rule 1 of the deny policy policies/cloudresourcemanager.googleapis.com%2Fprojects%2F700000000001/denypolicies/stop denies iam.serviceAccounts.implicitDelegation to serviceAccount:${ops('minter')}: no grant helps, only an exception in that policy does (export, jwt)\n`,
    },
    {
      title: 'that anyone adds a version',
      denied: ['principalSet://goog/public:all'],
      permission: 'secretmanager.googleapis.com/versions.add',
      says: `! projects/acme-ops/secrets/export: rule 1 of the deny policy policies/cloudresourcemanager.googleapis.com%2Fprojects%2F700000000001/denypolicies/stop denies secretmanager.versions.add to serviceAccount:${ops('minter')}`,
    },
  ])('a rule that denies $title', async ({ denied, permission, says }) => {
    const rule = { denyRule: { deniedPrincipals: denied, deniedPermissions: [permission] } };
    await open({
      ...EMPTY,
      denyPolicies: [{ attachedTo: 'projects/acme-ops', name: 'stop', rules: [rule] }],
    });
    const { exit, out } = await world.plan({ chain: ['export'] });
    expect(exit).toBe(1);
    expect(out).toContain(says.replace(' (export, jwt)', ' (export)'));
    expect((await world.apply({ chain: ['export'] })).exit).toBe(1);
  });

  it('a cloud that refuses every call', async () => {
    await open();
    const { exit, out } = await world.apply(
      {},
      {
        fetch: async () =>
          Response.json({ error: { status: 'PERMISSION_DENIED' } }, { status: 403 }),
      },
    );
    expect(exit).toBe(3);
    expect(out).toContain('cannot be read: account: Google answered 403');
  });
});

describe('an obstacle stops the chains that it affects, and no others', () => {
  let world: ApplyWorld;
  afterEach(() => world.close());

  it.each([
    { title: 'an account that does not exist', seed: WITHOUT_PROBE },
    {
      title: 'a disabled account',
      seed: {
        ...EMPTY,
        accounts: EMPTY.accounts.map((account) =>
          account.email === ops('probe') ? { ...account, disabled: true } : account,
        ),
      },
    },
    {
      title: 'a secret that cannot be read',
      seed: EMPTY,
      fault: /secrets\/probe/,
    },
  ])('$title', async ({ seed, fault }) => {
    world = await openApplyWorld(seed);
    const fetch: Wire['fetch'] = async (url, init) =>
      fault?.test(String(url))
        ? Response.json({ error: { status: 'PERMISSION_DENIED' } }, { status: 403 })
        : world.local.fetch(url, init);
    const { exit, out } = await world.apply({}, { fetch });
    expect(out).toContain('Minted 3: export, jwt, stamp.');
    expect(out).toContain('Nothing was done for probe: solve the lines with "!" above.');
    expect(exit).toBe(fault ? 3 : 1);
    expect([...world.local.state.secrets.keys()].sort()).toEqual([
      'projects/acme-data/secrets/jwt',
      'projects/acme-ops/secrets/export',
      'projects/acme-ops/secrets/stamp',
    ]);
    expect((await world.plan({ chain: ['export', 'jwt', 'stamp'] })).exit).toBe(0);
  });
});
