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
      '! projects/700000000001: the API secretmanager.googleapis.com is not enabled in 700000000001\n    gcloud services enable secretmanager.googleapis.com --project=700000000001\n',
    );
    expect((await world.plan({}, { fetch })).exit).toBe(3);
  });

  it('a lifetime that the organization policy does not allow', async () => {
    await open();
    const chains = CHAINS.replace('auth/bigquery] }', 'auth/bigquery], lifetime: 4h }');
    const { exit, out } = await world.apply({}, { chains });
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
    expect((await world.apply()).exit).toBe(1);
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
    const { exit, out } = await world.apply();
    expect(exit).toBe(1);
    expect(out).toContain(
      `! ${RELAY}: its policy would have 1501 members, and IAM accepts at most 1500`,
    );
  });

  it('an account that does not exist, and --chain for the other chains', async () => {
    await open({
      ...EMPTY,
      accounts: EMPTY.accounts.filter(({ email }) => email !== ops('probe')),
    });
    const { exit, out, err } = await world.apply();
    expect(exit).toBe(1);
    expect(out).toContain(
      `! projects/-/serviceAccounts/${ops('probe')}: the account does not exist (probe)`,
    );
    expect(out).toMatch(/^ {4}at chains\.yaml:\d+$/m);
    expect(err).toContain('or choose other chains with --chain');
    expect((await world.plan({ chain: ['export'] })).out).not.toContain('!');
    const {
      exit: reported,
      changed,
      obstacles,
    } = JSON.parse((await world.apply({ json: true })).out);
    expect({ reported, changed }).toEqual({ reported: 1, changed: 0 });
    expect(obstacles).toMatchObject([
      { kind: 'account-missing', chains: ['probe'], positions: [{ path: 'chains.yaml' }] },
    ]);
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
