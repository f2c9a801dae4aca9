import type { Policy } from '../../../local/state/policy.ts';

import type { Wire } from '../../../shared/google/wire/wire.ts';
import {
  ADA,
  type ApplyWorld,
  CHAINS,
  CREATOR,
  openApplyWorld,
  ops,
  READER,
  RELAY,
} from './world.ts';

const SECRET = 'projects/acme-ops/secrets/export';
const grantTo = (name: string) => `serviceAccount:${ops(name)}`;

/** 200 bindings of other members, with conditions in which every character counts, and an audit configuration. */
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

describe('apply, on policies that other programs change too', () => {
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

  // hashicorp/vault-plugin-secrets-gcp#113: conditions were lost, so temporary grants became permanent.
  it('adds one member to a policy of 200 bindings, and leaves every other byte unchanged', async () => {
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
  it('keeps fifty edits that others make at the same time', async () => {
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

  it('adds every other member if one member does not exist', async () => {
    const chains = CHAINS.replace(
      'readers: [',
      'readers: [serviceAccount:ghost@acme-ops.iam.gserviceaccount.com, ',
    );
    const { exit, err } = await world.apply({}, { chains });
    expect(exit).toBe(3);
    expect(err).toContain(
      `! ${SECRET}: serviceAccount:ghost@acme-ops.iam.gserviceaccount.com as roles/secretmanager.secretAccessor: setIamPolicy: Google answered 400: Service account ghost@acme-ops.iam.gserviceaccount.com does not exist.\n`,
    );
    expect(world.policy(SECRET).bindings).toEqual([
      { role: 'projects/acme-ops/roles/hopmintMinter', members: [grantTo('minter')] },
      { role: 'roles/secretmanager.secretAccessor', members: [grantTo('app')] },
    ]);
    expect(world.policy(READER).bindings).toHaveLength(1);
  });

  it.each([
    {
      title: 'a role of a foreign binding was deleted: the fields that Google names',
      error: {
        message: 'Request contains an invalid argument.',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [
              {
                field: 'policy.bindings[3].role',
                description: 'Role projects/acme-ops/roles/old is not supported for this resource.',
              },
            ],
          },
        ],
      },
      says: 'setIamPolicy: Google answered 400: policy.bindings[3].role: Role projects/acme-ops/roles/old is not supported for this resource.\n',
    },
    {
      title: 'no field is named: the message of Google, on one line',
      error: { message: 'Role (projects/acme-ops/roles/old) does not exist\nin the hierarchy.' },
      says: 'setIamPolicy: Google answered 400: Role (projects/acme-ops/roles/old) does not exist\\u{a}in the hierarchy.\n',
    },
    {
      title: 'the message seems to contain a token: only the status',
      error: { message: 'Invalid header: Bearer ya29.abc' },
      says: 'setIamPolicy: Google answered 400\n',
    },
  ])('says why Google refuses a policy, if $title', async ({ error, says }) => {
    const fetch: Wire['fetch'] = async (url, init) =>
      decodeURIComponent(String(url)).includes(`${RELAY}:setIamPolicy`)
        ? Response.json(
            { error: { code: 400, status: 'INVALID_ARGUMENT', ...error } },
            { status: 400 },
          )
        : world.local.fetch(url, init);
    const { exit, err } = await world.apply({}, { fetch });
    expect(exit).toBe(3);
    expect(err).toContain(says);
  });

  it('says which key Google refuses for a secret', async () => {
    const fetch: Wire['fetch'] = async (url, init) =>
      String(url).includes('secretId=export')
        ? Response.json(
            {
              error: {
                code: 400,
                status: 'INVALID_ARGUMENT',
                message: 'The request was invalid',
                details: [
                  {
                    '@type': 'type.googleapis.com/google.rpc.BadRequest',
                    fieldViolations: [
                      {
                        field:
                          'secret.replication.automatic.customer_managed_encryption.kms_key_name',
                        description: 'The key is not in a supported location.',
                      },
                    ],
                  },
                ],
              },
            },
            { status: 400 },
          )
        : world.local.fetch(url, init);
    const { err } = await world.apply({}, { fetch });
    expect(err).toContain(
      `! ${SECRET}: create-secret: secrets.create: Google answered 400: secret.replication.automatic.customer_managed_encryption.kms_key_name: The key is not in a supported location.\n`,
    );
  });

  it('names the organization policy that forbids a member', async () => {
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
      'group:partners@example.com as roles/secretmanager.secretAccessor: the organization policy constraints/iam.allowedPolicyMemberDomains forbids it: ask the owner of that policy, or name another member',
    );
  });
});
