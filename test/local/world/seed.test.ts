import {
  type ChainCloud,
  creatorPolicy,
  minter,
  OPS,
  openChainCloud,
  relay,
  target,
} from '../chain-cloud.ts';

/** Every key of a world file. */
const FULL_WORLD = `
organization: { id: "900000000001", policy: { bindings: [] } }
folders:  [{ id: "800000000001", parent: organizations/900000000001, policy: { bindings: [] } }]
projects:
  - { id: acme-ops, number: "700000000001", parent: folders/800000000001, policy: { bindings: [] },
      orgPolicies: { iam.allowServiceAccountCredentialLifetimeExtension: { allowedValues: [batch@acme-data.iam.gserviceaccount.com] } } }
accounts: [{ email: relay@acme-ops.iam.gserviceaccount.com, uniqueId: "100000000000000000001", disabled: false, policy: { bindings: [] } }]
roles:    [{ name: projects/acme-ops/roles/hopOnly, includedPermissions: [iam.serviceAccounts.implicitDelegation] }]
denyPolicies: [{ attachedTo: projects/acme-ops, name: no-relay, rules: [] }]
groups:   [{ email: oncall@acme.com, members: [user:ada@acme.com] }]
secrets:  [{ name: projects/acme-ops/secrets/billing-export, labels: { managed-by: hopmint }, policy: { bindings: [] } }]
topics:   [projects/acme-ops/topics/hopmint-tick]
sinks:    [{ name: projects/acme-ops/sinks/changed, destination: pubsub.googleapis.com/projects/acme-ops/topics/hopmint-tick, filter: severity=NOTICE }]
buckets:  [{ name: acme-chains, project: acme-ops, versioning: true, policy: { bindings: [] } }]
objects:  [{ bucket: acme-chains, name: chains.yaml, text: "chains: []" }]
`;

type StateView = Record<string, Record<string, unknown>[]>;

describe('A seeded world', () => {
  let cloud: ChainCloud;
  beforeEach(async () => {
    cloud = await openChainCloud({ accounts: [] });
  });
  afterEach(() => cloud.close());

  const stateView = async () =>
    (await cloud.call(undefined, 'GET', '/_local/state')).body as unknown as StateView;
  const errorsOf = async (world: unknown) => {
    const { status, body } = await cloud.seed(world);
    expect(status).toBe(400);
    return (body.error as { message: string }).message.split('\n').slice(1);
  };

  it('may be YAML with every key of a world file', async () => {
    const { status, body } = await cloud.seed(FULL_WORLD);
    expect({ status, body }).toEqual({
      status: 200,
      body: { warnings: [expect.stringMatching(/^the sink .* exports nothing/)] },
    });
    expect(await stateView()).toMatchObject({
      organization: { id: '900000000001' },
      folders: [{ id: '800000000001', parent: 'organizations/900000000001' }],
      projects: [{ id: 'acme-ops', number: '700000000001', parent: 'folders/800000000001' }],
      accounts: [{ email: relay, uniqueId: '100000000000000000001', projectId: 'acme-ops' }],
      roles: [{ name: 'projects/acme-ops/roles/hopOnly' }],
      denyPolicies: [{ attachedTo: 'projects/acme-ops' }],
      groups: [{ email: 'oncall@acme.com', members: ['user:ada@acme.com'] }],
      secrets: [{ name: 'projects/acme-ops/secrets/billing-export', versions: [] }],
      topics: [{ name: 'projects/acme-ops/topics/hopmint-tick' }],
      sinks: [
        {
          name: 'projects/acme-ops/sinks/changed',
          includeChildren: false,
          destination: 'pubsub.googleapis.com/projects/acme-ops/topics/hopmint-tick',
          filter: 'severity=NOTICE',
        },
      ],
      buckets: [{ name: 'acme-chains', projectId: 'acme-ops', versioning: { enabled: true } }],
      objects: [{ bucket: 'acme-chains', name: 'chains.yaml', size: 10 }],
    });
  });

  it('needs `accounts` only: the seed creates projects, numbers and unique IDs', async () => {
    await cloud.seed({
      accounts: [{ email: relay }],
      secrets: [{ name: 'projects/acme-web/secrets/s' }],
    });
    const { projects, accounts } = await stateView();
    expect(projects).toEqual([
      { id: 'acme-ops', number: expect.stringMatching(/^\d{12}$/) },
      { id: 'acme-web', number: expect.stringMatching(/^\d{12}$/) },
    ]);
    expect(accounts).toMatchObject([{ email: relay, uniqueId: expect.stringMatching(/^\d{21}$/) }]);
  });

  it('keeps every digit of a unique ID without quotes in YAML', async () => {
    await cloud.seed(`accounts: [{ email: ${relay}, uniqueId: 104857600000000000001 }]`);
    expect((await stateView()).accounts).toMatchObject([{ uniqueId: '104857600000000000001' }]);
  });

  it('replaces the policies in it, and leaves everything else as it is', async () => {
    await cloud.seed({
      accounts: [
        { email: relay, disabled: true, policy: creatorPolicy(minter) },
        { email: target, policy: creatorPolicy(relay) },
      ],
    });
    await cloud.seed({ accounts: [{ email: relay, policy: creatorPolicy(target) }] });
    expect((await stateView()).accounts).toMatchObject([
      { email: relay, disabled: true, policy: creatorPolicy(target) },
      { email: target, policy: creatorPolicy(relay) },
    ]);
  });

  it('with a new unique ID for an email re-creates the account, which loses the grants to it', async () => {
    await cloud.seed({
      accounts: [
        { email: relay, uniqueId: '100000000000000000001' },
        { email: target, policy: creatorPolicy(relay) },
      ],
    });
    await cloud.seed({ accounts: [{ email: relay, uniqueId: '100000000000000000002' }] });
    const { accounts } = await stateView();
    expect(accounts).toMatchObject([
      { uniqueId: '100000000000000000001', deleted: true },
      {
        email: target,
        policy: {
          bindings: [{ members: [`deleted:serviceAccount:${relay}?uid=100000000000000000001`] }],
        },
      },
      { uniqueId: '100000000000000000002', deleted: false },
    ]);
  });

  it('gets a warning about a role that does not exist', async () => {
    const bindings = [{ role: 'roles/iam.serviceAccountTokenCreater', members: ['allUsers'] }];
    const { body } = await cloud.seed({ accounts: [{ email: relay, policy: { bindings } }] });
    expect(body.warnings).toEqual([
      `the policy of projects/acme-ops/serviceAccounts/${relay} grants roles/iam.serviceAccountTokenCreater. This role does not exist, so the binding grants nothing`,
    ]);
  });

  it.each<{ situation: string; world: unknown; error: string }>([
    {
      situation: 'without accounts',
      world: {},
      error: 'accounts: Invalid input: expected array, received undefined',
    },
    {
      situation: 'with an unknown key',
      world: { accounts: [], acounts: [] },
      error: 'Unrecognized key: "acounts"',
    },
    {
      situation: 'with an unknown key in an account',
      world: { accounts: [{ email: relay, id: '1' }] },
      error: 'accounts[0]: Unrecognized key: "id"',
    },
    {
      situation: 'with a user among the accounts',
      world: { accounts: [{ email: 'ada@acme.com' }] },
      error:
        'accounts[0].email: must be the email of a service account, which ends in gserviceaccount.com',
    },
    {
      situation: 'with an email that has a Kelvin sign for a k',
      world: { accounts: [{ email: `\u212a${relay}` }] },
      error: 'accounts[0].email: must be an email',
    },
    {
      situation: 'with a short unique ID',
      world: { accounts: [{ email: relay, uniqueId: '123' }] },
      error: 'accounts[0].uniqueId: must have 21 digits',
    },
    {
      situation: 'with one account twice',
      world: { accounts: [{ email: relay }, { email: relay }] },
      error: 'accounts[1].email: appears twice',
    },
    {
      situation: 'with one account twice after a deleted one',
      world: {
        accounts: [{ email: relay, deleted: true }, { email: relay }, { email: relay }],
      },
      error: 'accounts[2].email: appears twice',
    },
    {
      situation: 'with a unique ID of another account',
      world: {
        accounts: [
          { email: relay, uniqueId: '100000000000000000001' },
          { email: target, uniqueId: '100000000000000000001' },
        ],
      },
      error: 'accounts[1].uniqueId: appears twice',
    },
    {
      situation: 'with a default account of an unknown project',
      world: { accounts: [{ email: '1-compute@developer.gserviceaccount.com' }] },
      error: 'accounts[0].email: no project has the number 1',
    },
    {
      situation: 'with a parent that does not exist',
      world: { accounts: [], projects: [{ id: 'acme-ops', parent: 'folders/1' }] },
      error: 'projects[0].parent: folders/1 does not exist',
    },
    {
      situation: 'with a deny policy on a project that does not exist',
      world: { accounts: [], denyPolicies: [{ attachedTo: 'projects/nowhere', name: 'no' }] },
      error: 'denyPolicies[0].attachedTo: projects/nowhere does not exist',
    },
    {
      situation: 'with the short name of a secret',
      world: { accounts: [], secrets: [{ name: 'billing' }] },
      error:
        'secrets[0].name: must be projects/PROJECT/secrets/NAME or projects/PROJECT/locations/LOCATION/secrets/NAME',
    },
    {
      situation: 'with an invalid binding',
      world: { accounts: [{ email: relay, policy: { bindings: [{ role: 1 }] } }] },
      error: 'accounts[0].policy.bindings[0].role: Invalid input: expected string, received number',
    },
  ])('$situation is refused, and the error shows where', async ({ world, error }) => {
    expect(await errorsOf(world)).toEqual([error]);
  });

  it('with several errors is refused with all of them, and changes nothing', async () => {
    const world = {
      accounts: [{ email: relay }, { email: 'ada@acme.com' }],
      topics: ['tick'],
      groups: [{ email: 'nobody' }],
    };
    expect(await errorsOf(world)).toHaveLength(3);
    expect((await stateView()).accounts).toEqual([]);
  });

  it('that is not YAML is refused', async () => {
    expect(await errorsOf('accounts: [')).toHaveLength(1);
  });

  it('with an error stops a starting cloud, which reports the error', async () => {
    await expect(openChainCloud({})).rejects.toThrow('accounts: Invalid input');
  });

  it('is shown in the state without a key or a token, although both exist', async () => {
    await cloud.seed({
      accounts: [{ email: relay, policy: creatorPolicy(minter) }, { email: minter }],
    });
    const path = `/v1/projects/-/serviceAccounts/${relay}`;
    await cloud.call(minter, 'POST', `${path}:signBlob`, { payload: 'AA==' });
    await cloud.call(minter, 'POST', `${path}:generateAccessToken`, { scope: ['openid'] });
    const text = JSON.stringify(await stateView());
    expect(cloud.state.signingKeys.size).toBe(1);
    expect(text).not.toMatch(/ya29|privateKey|PRIVATE|keyId/);
    expect(text).toContain(OPS);
  });
});
