import { type Acme, creator, minter, OPS, openAcme, relay, target } from '../chain-cloud.ts';

const DESIGN = `
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
`;

type StateView = Record<string, Record<string, unknown>[]>;

describe('a seed', () => {
  let cloud: Acme;
  beforeEach(async () => {
    cloud = await openAcme({ accounts: [] });
  });
  afterEach(() => cloud.close());

  const seed = (world: unknown) => cloud.call(undefined, 'POST', '/_local/seed', world);
  const state = async () =>
    (await cloud.call(undefined, 'GET', '/_local/state')).body as unknown as StateView;
  const faultsOf = async (world: unknown) => {
    const { status, body } = await seed(world);
    expect(status).toBe(400);
    return (body.error as { message: string }).message.split('\n').slice(1);
  };

  it('may hold all that a world file may, in YAML', async () => {
    expect(await seed(DESIGN)).toMatchObject({ status: 200, body: { warnings: [] } });
    expect(await state()).toMatchObject({
      organization: { id: '900000000001' },
      folders: [{ id: '800000000001', parent: 'organizations/900000000001' }],
      projects: [{ id: 'acme-ops', number: '700000000001', parent: 'folders/800000000001' }],
      accounts: [{ email: relay, uniqueId: '100000000000000000001', projectId: 'acme-ops' }],
      roles: [{ name: 'projects/acme-ops/roles/hopOnly' }],
      denyPolicies: [{ attachedTo: 'projects/acme-ops' }],
      groups: [{ email: 'oncall@acme.com', members: ['user:ada@acme.com'] }],
      secrets: [{ name: 'projects/acme-ops/secrets/billing-export', versions: [] }],
      topics: [{ name: 'projects/acme-ops/topics/hopmint-tick' }],
    });
  });

  it('needs accounts only: projects, numbers and IDs are made up', async () => {
    await seed({
      accounts: [{ email: relay }],
      secrets: [{ name: 'projects/acme-web/secrets/s' }],
    });
    const { projects, accounts } = await state();
    expect(projects).toEqual([
      { id: 'acme-ops', number: expect.stringMatching(/^\d{12}$/) },
      { id: 'acme-web', number: expect.stringMatching(/^\d{12}$/) },
    ]);
    expect(accounts).toMatchObject([{ email: relay, uniqueId: expect.stringMatching(/^\d{21}$/) }]);
  });

  it('keeps every digit of a unique ID that stands without quotes in YAML', async () => {
    await seed(`accounts: [{ email: ${relay}, uniqueId: 104857600000000000001 }]`);
    expect((await state()).accounts).toMatchObject([{ uniqueId: '104857600000000000001' }]);
  });

  it('leaves what it does not name, and replaces the policies that it names', async () => {
    await seed({
      accounts: [
        { email: relay, disabled: true, policy: creator(minter) },
        { email: target, policy: creator(relay) },
      ],
    });
    await seed({ accounts: [{ email: relay, policy: creator(target) }] });
    expect((await state()).accounts).toMatchObject([
      { email: relay, disabled: true, policy: creator(target) },
      { email: target, policy: creator(relay) },
    ]);
  });

  it('with another unique ID for an email re-creates the account, and grants to the old one are dead', async () => {
    await seed({
      accounts: [
        { email: relay, uniqueId: '100000000000000000001' },
        { email: target, policy: creator(relay) },
      ],
    });
    await seed({ accounts: [{ email: relay, uniqueId: '100000000000000000002' }] });
    const { accounts } = await state();
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

  it('warns of a role that nobody knows', async () => {
    const bindings = [{ role: 'roles/iam.serviceAccountTokenCreater', members: ['allUsers'] }];
    const { body } = await seed({ accounts: [{ email: relay, policy: { bindings } }] });
    expect(body.warnings).toEqual([
      `the policy of projects/acme-ops/serviceAccounts/${relay} grants roles/iam.serviceAccountTokenCreater. This role does not exist, so the binding grants nothing`,
    ]);
  });

  const bad: [title: string, world: unknown, faults: string[]][] = [
    ['no accounts', {}, ['accounts: Invalid input: expected array, received undefined']],
    ['an unknown key', { accounts: [], acounts: [] }, ['Unrecognized key: "acounts"']],
    [
      'an unknown key inside',
      { accounts: [{ email: relay, id: '1' }] },
      ['accounts[0]: Unrecognized key: "id"'],
    ],
    [
      'a person among the accounts',
      { accounts: [{ email: 'ada@acme.com' }] },
      [
        'accounts[0].email: must be the email of a service account, which ends in gserviceaccount.com',
      ],
    ],
    [
      'a short unique ID',
      { accounts: [{ email: relay, uniqueId: '123' }] },
      ['accounts[0].uniqueId: must have 21 digits'],
    ],
    [
      'an account twice',
      { accounts: [{ email: relay }, { email: relay }] },
      ['accounts[1].email: appears twice'],
    ],
    [
      'a default account of no project',
      { accounts: [{ email: '1-compute@developer.gserviceaccount.com' }] },
      ['accounts[0].email: no project has the number 1'],
    ],
    [
      'a parent that is not there',
      { accounts: [], projects: [{ id: 'acme-ops', parent: 'folders/1' }] },
      ['projects[0].parent: folders/1 does not exist'],
    ],
    [
      'a deny policy on nothing',
      { accounts: [], denyPolicies: [{ attachedTo: 'projects/nowhere', name: 'no' }] },
      ['denyPolicies[0].attachedTo: projects/nowhere does not exist'],
    ],
    [
      'a secret by its short name',
      { accounts: [], secrets: [{ name: 'billing' }] },
      ['secrets[0].name: must be projects/PROJECT/secrets/NAME'],
    ],
    [
      'a binding that is none',
      { accounts: [{ email: relay, policy: { bindings: [{ role: 1 }] } }] },
      ['accounts[0].policy.bindings[0].role: Invalid input: expected string, received number'],
    ],
  ];
  it.each(bad)('with %s is refused, and says where', async (_title, world, faults) => {
    expect(await faultsOf(world)).toEqual(faults);
  });

  it('tells all its faults at once, and changes nothing', async () => {
    const world = {
      accounts: [{ email: relay }, { email: 'ada@acme.com' }],
      topics: ['tick'],
      groups: [{ email: 'nobody' }],
    };
    expect(await faultsOf(world)).toHaveLength(3);
    expect((await state()).accounts).toEqual([]);
  });

  it('that is not YAML is refused', async () => {
    expect(await faultsOf('accounts: [')).toHaveLength(1);
  });

  it('that is bad keeps a cloud from starting, and says why', async () => {
    await expect(openAcme({})).rejects.toThrow('accounts: Invalid input');
  });

  it('comes out of the state without a key or a token, though both were made', async () => {
    await seed({ accounts: [{ email: relay, policy: creator(minter) }, { email: minter }] });
    const path = `/v1/projects/-/serviceAccounts/${relay}`;
    await cloud.call(minter, 'POST', `${path}:signBlob`, { payload: 'AA==' });
    await cloud.call(minter, 'POST', `${path}:generateAccessToken`, { scope: ['openid'] });
    const text = JSON.stringify(await state());
    expect(cloud.state.signingKeys.size).toBe(1);
    expect(text).not.toMatch(/ya29|privateKey|PRIVATE|keyId/);
    expect(text).toContain(OPS);
  });
});
