import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { isEmpty } from '../../../shared/domain/apply/plan.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import {
  bound,
  CREATOR,
  chainOf,
  data,
  EMPTY,
  FULL,
  fileOf,
  MINTER_ROLE,
  onAccount,
  ops,
  plan,
  policyOf,
  roleOf,
  SECRET,
  sa,
  secretOf,
  stepsOf,
  withPolicy,
} from './plan-world.ts';

const RELAY = onAccount(ops('relay'));
const READER = onAccount(data('reader'));
const hop1 = `add-member ${sa(ops('minter'))} ${CREATOR} ${RELAY}`;
const hop2 = `add-member ${sa(ops('relay'))} ${CREATOR} ${READER}`;
const minterOnSecret = `add-member ${sa(ops('minter'))} ${MINTER_ROLE} ${SECRET}`;
const until = (at: string) => ({ expression: `request.time < timestamp("${at}")`, title: 'end' });
const withRole = (name: string, permissions: string[], inventory: Inventory): Inventory => ({
  ...inventory,
  roles: new Map([...inventory.roles, [name, roleOf(name, permissions)]]),
});
const withSecret = (part: Parameters<typeof secretOf>[0]): Inventory => ({
  ...FULL,
  secrets: new Map([[SECRET, secretOf(part)]]),
});

describe('the steps of a plan', () => {
  const cases: { title: string; file: ChainFile; inventory: Inventory; steps: string[] }[] = [
    {
      title: 'for accounts only: a role, a secret, and a grant for each hop on the account itself',
      file: fileOf([chainOf()]),
      inventory: EMPTY,
      steps: [`create-role ${MINTER_ROLE}`, `create-secret ${SECRET}`, minterOnSecret, hop1, hop2],
    },
    { title: 'if everything exists: none', file: fileOf([chainOf()]), inventory: FULL, steps: [] },
    {
      title: 'for a hop that two chains share: one grant',
      file: fileOf([chainOf(), chainOf({ name: 'other' })]),
      inventory: withPolicy(RELAY),
      steps: [hop1],
    },
    {
      title: 'for a hop that is named by email here and by unique ID there: one grant',
      file: fileOf([chainOf(), chainOf({ delegates: [{ uniqueId: '100000000000000000002' }] })]),
      inventory: withPolicy(RELAY),
      steps: [hop1],
    },
    {
      title: 'for an existing grant to the same email in capitals: none',
      file: fileOf([chainOf()]),
      inventory: withPolicy(RELAY, bound(CREATOR, sa(ops('MINTER')))),
      steps: [],
    },
    {
      title: 'for an existing grant to a deleted account with this email: another grant',
      file: fileOf([chainOf()]),
      inventory: withPolicy(
        RELAY,
        bound(CREATOR, `deleted:${sa(ops('minter'))}?uid=100000000000000000009`),
      ),
      steps: [hop1],
    },
    {
      title: 'if another role on the account has the permission of the hop: none',
      file: fileOf([chainOf()]),
      inventory: withRole(
        'projects/acme-ops/roles/hopOnly',
        ['iam.serviceAccounts.implicitDelegation'],
        withPolicy(RELAY, bound('projects/acme-ops/roles/hopOnly', sa(ops('minter')))),
      ),
      steps: [],
    },
    {
      title: 'if another role on the account does not have the permission of the hop: a grant',
      file: fileOf([chainOf()]),
      inventory: withRole(
        'roles/iam.workloadIdentityUser',
        ['iam.serviceAccounts.getAccessToken'],
        withPolicy(RELAY, bound('roles/iam.workloadIdentityUser', sa(ops('minter')))),
      ),
      steps: [hop1],
    },
    {
      title: 'if the role of the existing grant could not be read: a grant',
      file: fileOf([chainOf()]),
      inventory: withPolicy(RELAY, bound('projects/acme-ops/roles/unread', sa(ops('minter')))),
      steps: [hop1],
    },
    {
      title: 'if the existing grant has a condition: a grant',
      file: fileOf([chainOf()]),
      inventory: withPolicy(RELAY, {
        ...bound(CREATOR, sa(ops('minter'))),
        condition: until('2026-12-01T00:00:00Z'),
      }),
      steps: [hop1],
    },
    {
      title: 'for a secret without our label: the label',
      file: fileOf([chainOf()]),
      inventory: withSecret({ labels: { team: 'data' } }),
      steps: [`label-secret ${SECRET}`],
    },
    {
      title: 'for a role without one of the permissions: the permission',
      file: fileOf([chainOf()]),
      inventory: withRole(MINTER_ROLE, ['secretmanager.secrets.get'], FULL),
      steps: [`add-permissions ${MINTER_ROLE}`],
    },
    {
      title: 'for readers: the accessor role, only on the secret',
      file: fileOf([chainOf({ readers: ['group:apps@acme.com', 'user:ada@acme.com'] })]),
      inventory: withPolicy(
        SECRET,
        bound(MINTER_ROLE, sa(ops('minter'))),
        bound('roles/secretmanager.secretAccessor', 'user:ada@acme.com'),
      ),
      steps: [`add-member group:apps@acme.com roles/secretmanager.secretAccessor ${SECRET}`],
    },
    {
      title: 'for a chain with a missing delegate: only steps that do not need the delegate',
      file: fileOf([chainOf()]),
      inventory: {
        ...EMPTY,
        accounts: new Map([...EMPTY.accounts, [ops('relay'), 'missing' as const]]),
      },
      steps: [`create-role ${MINTER_ROLE}`, `create-secret ${SECRET}`, minterOnSecret],
    },
    {
      title: 'for a policy that could not be read: none',
      file: fileOf([chainOf()]),
      inventory: {
        ...FULL,
        policies: new Map([...FULL.policies].filter(([name]) => name !== RELAY)),
      },
      steps: [],
    },
  ];
  it.each(cases)('$title', ({ file, inventory, steps }) => {
    expect(stepsOf(plan(file, inventory))).toEqual(steps);
  });

  it('name the chains and hops that need each grant', () => {
    const { steps } = plan(fileOf([chainOf(), chainOf({ name: 'other' })]), withPolicy(RELAY));
    expect(steps[0]?.serves).toEqual([
      { chain: 'billing', hop: 1 },
      { chain: 'other', hop: 1 },
    ]);
  });
});

describe('under grants: narrow', () => {
  const narrow = (part: Partial<Chain>) => fileOf([chainOf(part)], { grants: 'narrow' });
  const ungranted: Inventory = {
    ...FULL,
    policies: new Map([...FULL.policies, [RELAY, policyOf()], [READER, policyOf()]]),
    roles: new Map([
      ...FULL.roles,
      ...[
        'projects/acme-ops/roles/hopmintDelegate',
        'projects/acme-data/roles/hopmintAccessToken',
        'projects/acme-data/roles/hopmintSignJwt',
        'projects/acme-data/roles/hopmintSignBlob',
      ].map((name) => [name, 'missing'] as const),
    ]),
  };
  const kinds: { kind: string; credential: Chain['credential']; role: string; isOurs: boolean }[] =
    [
      {
        kind: 'an access token',
        credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
        role: 'projects/acme-data/roles/hopmintAccessToken',
        isOurs: true,
      },
      {
        kind: 'an ID token',
        credential: { kind: 'id-token', audience: 'https://a.example', includeEmail: false },
        role: 'roles/iam.serviceAccountOpenIdTokenCreator',
        isOurs: false,
      },
      {
        kind: 'a JWT',
        credential: {
          kind: 'signed-jwt',
          claims: {},
          lifetimeSeconds: 3600,
          allowTokenExchange: false,
        },
        role: 'projects/acme-data/roles/hopmintSignJwt',
        isOurs: true,
      },
      {
        kind: 'a blob',
        credential: { kind: 'signed-blob', payload: 'AAAA', allowTokenExchange: false },
        role: 'projects/acme-data/roles/hopmintSignBlob',
        isOurs: true,
      },
    ];
  it.each(kinds)('$kind needs one permission at each hop', ({ credential, role, isOurs }) => {
    expect(stepsOf(plan(narrow({ credential }), ungranted))).toEqual([
      'create-role projects/acme-ops/roles/hopmintDelegate',
      ...(isOurs ? [`create-role ${role}`] : []),
      `add-member ${sa(ops('minter'))} projects/acme-ops/roles/hopmintDelegate ${RELAY}`,
      `add-member ${sa(ops('relay'))} ${role} ${READER}`,
    ]);
  });
});

describe('with grantFor: 90d', () => {
  const file = fileOf([chainOf()], { grantForSeconds: 90 * 86_400 });
  const end = 'if request.time < timestamp("2027-02-21T00:00:00Z")';
  const grantedUntil = (at: string) =>
    withPolicy(RELAY, { ...bound(CREATOR, sa(ops('minter'))), condition: until(at) });

  it('the grant of a hop ends at the midnight after 90 days, and the grant on a secret has no end', () => {
    expect(stepsOf(plan(file, EMPTY)).slice(2)).toEqual([
      minterOnSecret,
      `${hop1} ${end}`,
      `${hop2} ${end}`,
    ]);
  });

  it('two plans of one day are equal', () => {
    const later = new Date('2026-11-22T23:59:59Z');
    expect(plan(file, EMPTY, later)).toEqual(plan(file, EMPTY));
  });

  const renewals: { title: string; at: string; steps: string[] }[] = [
    {
      title: 'is not renewed while more than a third of its time is left',
      at: '2026-12-23T00:00:00Z',
      steps: [],
    },
    {
      title: 'is renewed in its last third',
      at: '2026-12-22T00:00:00Z',
      steps: [`${hop1} ${end}`],
    },
    { title: 'is renewed after its end', at: '2026-01-01T00:00:00Z', steps: [`${hop1} ${end}`] },
  ];
  it.each(renewals)('a grant $title', ({ at, steps }) => {
    expect(stepsOf(plan(file, grantedUntil(at)))).toEqual(steps);
  });

  it('a grant with a condition that is more than an end is renewed', () => {
    const condition = {
      title: 'nights',
      expression:
        'request.time < timestamp("2030-01-01T00:00:00Z") && request.time.getHours() > 20',
    };
    const inventory = withPolicy(RELAY, { ...bound(CREATOR, sa(ops('minter'))), condition });
    expect(stepsOf(plan(file, inventory))).toEqual([`${hop1} ${end}`]);
  });

  it('a grant without an end stays, and a note names it', () => {
    const endless = plan(file, FULL);
    expect(endless.steps).toEqual([]);
    expect(endless.notes.map(({ kind, resource }) => `${kind} ${resource}`)).toEqual([
      `grant-endless ${RELAY}`,
      `grant-endless ${READER}`,
    ]);
    expect(isEmpty(endless)).toBe(true);
  });
});
