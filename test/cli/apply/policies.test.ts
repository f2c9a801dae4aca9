import type { Policy } from '../../../local/state/policy.ts';

import type { Wire } from '../../../shared/google/wire/wire.ts';
import {
  ADA,
  type ApplyWorld,
  CHAINS,
  CREATOR,
  data,
  EMPTY,
  openApplyWorld,
  ops,
  READER,
  RELAY,
  stateOf,
} from './world.ts';

const SECRET = 'projects/acme-ops/secrets/export';
const grantTo = (name: string) => `serviceAccount:${ops(name)}`;

/** 200 bindings of others', with conditions whose every character counts, and an audit configuration. */
const foreign: Policy = {
  version: 3,
  bindings: [
    ...Array.from({ length: 198 }, (_, i) => ({
      role: 'roles/iam.serviceAccountUser',
      members: [`user:u${i}@acme.com`],
      condition: {
        title: `nights  ${i}`,
        description: 'a "quoted" \\ text\twith\u00a0spaces',
        expression: `request.time.getHours('Europe/Berlin')   > ${i % 24}`,
      },
    })),
    {
      role: CREATOR,
      members: ['user:eve@acme.com'],
      condition: { title: 'over', expression: "request.time < timestamp('2020-01-01T00:00:00Z')" },
    },
    { role: CREATOR, members: ['user:oncall@acme.com'] },
  ],
  auditConfigs: [
    {
      service: 'iam.googleapis.com',
      auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: [ADA] }],
    },
  ],
};

describe('apply, on policies that others write too', () => {
  let world: ApplyWorld;
  let token: string;
  beforeEach(async () => {
    world = await openApplyWorld();
    token = await world.tokenOf(ADA);
  });
  afterEach(() => world.close());
  const call = (path: string, body: object): Promise<Response> =>
    world.local.fetch(`${world.local.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });

  // hashicorp/vault-plugin-secrets-gcp#113: conditions were lost, and grants for a time became grants for ever.
  it('changes a policy of 200 bindings in nothing but the member it adds, byte for byte', async () => {
    const written = await call(`/v1/${RELAY}:setIamPolicy`, { policy: foreign });
    expect(written.status).toBe(200);
    const { etag: before, ...was } = world.policy(RELAY);
    expect((await world.apply()).exit).toBe(0);
    const { etag: after, ...is } = world.policy(RELAY);
    expect(after).not.toBe(before);
    expect(JSON.stringify(is)).toBe(
      JSON.stringify(was).replace(
        '["user:oncall@acme.com"]',
        `["user:oncall@acme.com","${grantTo('minter')}"]`,
      ),
    );
  });

  // kubeflow/testing#568: a cleanup took the bindings of other teams.
  it('loses nothing of fifty edits that others make meanwhile', async () => {
    const edit = async (n: number): Promise<void> => {
      for (;;) {
        const policy = (await (
          await call(`/v1/${RELAY}:getIamPolicy?options.requestedPolicyVersion=3`, {})
        ).json()) as Policy;
        const bindings = [
          ...(policy.bindings ?? []),
          {
            role: 'roles/iam.serviceAccountUser',
            members: [`user:n${n}@acme.com`],
            condition: { title: `n${n}`, expression: 'true' },
          },
        ];
        await new Promise((resolve) => setTimeout(resolve, 1 + (n % 7)));
        const { status } = await call(`/v1/${RELAY}:setIamPolicy`, {
          policy: { ...policy, bindings, version: 3 },
        });
        if (status === 200) return;
        expect(status).toBe(409);
      }
    };
    const edits = Promise.all(Array.from({ length: 50 }, (_, n) => edit(n)));
    const { exit } = await world.apply({}, { waitForReal: true });
    await edits;
    expect(exit).toBe(0);
    const members = (world.policy(RELAY).bindings ?? []).flatMap((binding) => binding.members);
    expect(members.sort()).toEqual(
      [grantTo('minter'), ...Array.from({ length: 50 }, (_, n) => `user:n${n}@acme.com`)].sort(),
    );
  });

  it('adds a reader that does not exist to nothing, and everybody else all the same', async () => {
    const chains = CHAINS.replace(
      'readers: [',
      'readers: [serviceAccount:ghost@acme-ops.iam.gserviceaccount.com, ',
    );
    const { exit, err } = await world.apply({}, { chains });
    expect(exit).toBe(3);
    expect(err).toContain(
      `! ${SECRET}: serviceAccount:ghost@acme-ops.iam.gserviceaccount.com as roles/secretmanager.secretAccessor: setIamPolicy: Google answered 400: see that the member is there, and is written as IAM writes it\n`,
    );
    expect(world.policy(SECRET).bindings).toEqual([
      { role: 'projects/acme-ops/roles/hopmintMinter', members: [grantTo('minter')] },
      { role: 'roles/secretmanager.secretAccessor', members: [grantTo('app')] },
    ]);
    expect(world.policy(READER).bindings).toHaveLength(1);
  });

  it('says which organization policy forbids a member', async () => {
    const fetch: Wire['fetch'] = async (url, init) =>
      String(url).includes(`${SECRET}:setIamPolicy`) && String(init?.body).includes('group:')
        ? Response.json(
            {
              error: {
                code: 400,
                message:
                  'One or more users named in the policy do not belong to a permitted customer.',
                status: 'FAILED_PRECONDITION',
                details: [
                  {
                    '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
                    violations: [
                      {
                        type: 'constraints/iam.allowedPolicyMemberDomains',
                        subject: 'orgpolicy:projects/acme-ops/secrets/export',
                        description: 'User partners@example.com is not in permitted organization.',
                      },
                    ],
                  },
                ],
              },
            },
            { status: 400 },
          )
        : world.local.fetch(url, init);
    const chains = CHAINS.replace('readers: [', 'readers: [group:partners@example.com, ');
    const { exit, err } = await world.apply({}, { chains, fetch });
    expect(exit).toBe(3);
    expect(err).toContain(
      'group:partners@example.com as roles/secretmanager.secretAccessor: the organization policy constraints/iam.allowedPolicyMemberDomains forbids it: ask who keeps that policy, or name another member',
    );
  });
});

describe('before anything is written, apply tells', () => {
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

  it('each right that the operator lacks, and which role has it', async () => {
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
      `! ${RELAY}: you need iam.serviceAccounts.setIamPolicy here: have yourself granted roles/iam.serviceAccountAdmin, or have somebody apply this who holds it (export, jwt, stamp)\n`,
    );
    expect(out).toContain(
      '! projects/acme-ops: you need iam.roles.create, secretmanager.secrets.create, secretmanager.secrets.setIamPolicy here: have yourself granted roles/iam.roleAdmin and roles/secretmanager.admin',
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

  it('a policy that has no room for one member more', async () => {
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

  it('an account that is not there, while the other chains can be named alone', async () => {
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
    const { exit: told, changed, obstacles } = JSON.parse((await world.apply({ json: true })).out);
    expect({ told, changed }).toEqual({ told: 1, changed: 0 });
    expect(obstacles).toMatchObject([
      { kind: 'account-missing', chains: ['probe'], positions: [{ path: 'chains.yaml' }] },
    ]);
  });

  it('a cloud that is out of reach', async () => {
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
