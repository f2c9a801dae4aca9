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
  const cases: [title: string, file: ChainFile, inventory: Inventory, steps: string[]][] = [
    [
      'with nothing but accounts there: role, secret, and a grant for each hop on the account itself',
      fileOf([chainOf()]),
      EMPTY,
      [`create-role ${MINTER_ROLE}`, `create-secret ${SECRET}`, minterOnSecret, hop1, hop2],
    ],
    ['with everything there: none', fileOf([chainOf()]), FULL, []],
    [
      'for a hop that two chains share: one grant',
      fileOf([chainOf(), chainOf({ name: 'other' })]),
      withPolicy(RELAY),
      [hop1],
    ],
    [
      'for a hop that is named by email here and by unique ID there: one grant',
      fileOf([chainOf(), chainOf({ delegates: [{ uniqueId: '100000000000000000002' }] })]),
      withPolicy(RELAY),
      [hop1],
    ],
    [
      'for a grant to the same name in capitals: none',
      fileOf([chainOf()]),
      withPolicy(RELAY, bound(CREATOR, sa(ops('MINTER')))),
      [],
    ],
    [
      'for a grant to the account that had this name before it was deleted',
      fileOf([chainOf()]),
      withPolicy(RELAY, bound(CREATOR, `deleted:${sa(ops('minter'))}?uid=100000000000000000009`)),
      [hop1],
    ],
    [
      'where another role on the account has all that the hop needs: none',
      fileOf([chainOf()]),
      withRole(
        'projects/acme-ops/roles/hopOnly',
        ['iam.serviceAccounts.implicitDelegation'],
        withPolicy(RELAY, bound('projects/acme-ops/roles/hopOnly', sa(ops('minter')))),
      ),
      [],
    ],
    [
      'where another role on the account has not what the hop needs',
      fileOf([chainOf()]),
      withRole(
        'roles/iam.workloadIdentityUser',
        ['iam.serviceAccounts.getAccessToken'],
        withPolicy(RELAY, bound('roles/iam.workloadIdentityUser', sa(ops('minter')))),
      ),
      [hop1],
    ],
    [
      'where the role of the grant could not be read',
      fileOf([chainOf()]),
      withPolicy(RELAY, bound('projects/acme-ops/roles/unread', sa(ops('minter')))),
      [hop1],
    ],
    [
      'where the grant stands under a condition',
      fileOf([chainOf()]),
      withPolicy(RELAY, {
        ...bound(CREATOR, sa(ops('minter'))),
        condition: until('2026-12-01T00:00:00Z'),
      }),
      [hop1],
    ],
    [
      'for a secret without our label',
      fileOf([chainOf()]),
      withSecret({ labels: { team: 'data' } }),
      [`label-secret ${SECRET}`],
    ],
    [
      'for a role that lacks a permission',
      fileOf([chainOf()]),
      withRole(MINTER_ROLE, ['secretmanager.secrets.get'], FULL),
      [`add-permissions ${MINTER_ROLE}`],
    ],
    [
      'for readers: the accessor role, on the secret alone',
      fileOf([chainOf({ readers: ['group:apps@acme.com', 'user:ada@acme.com'] })]),
      withPolicy(
        SECRET,
        bound(MINTER_ROLE, sa(ops('minter'))),
        bound('roles/secretmanager.secretAccessor', 'user:ada@acme.com'),
      ),
      [`add-member group:apps@acme.com roles/secretmanager.secretAccessor ${SECRET}`],
    ],
    [
      'for a chain whose delegate is not there: what does not rest on it',
      fileOf([chainOf()]),
      { ...EMPTY, accounts: new Map([...EMPTY.accounts, [ops('relay'), 'missing' as const]]) },
      [`create-role ${MINTER_ROLE}`, `create-secret ${SECRET}`, minterOnSecret],
    ],
    [
      'for a policy that could not be read: nothing',
      fileOf([chainOf()]),
      { ...FULL, policies: new Map([...FULL.policies].filter(([name]) => name !== RELAY)) },
      [],
    ],
  ];
  it.each(cases)('%s', (_title, file, inventory, steps) => {
    expect(stepsOf(plan(file, inventory))).toEqual(steps);
  });

  it('say of what hop of which chains each grant is', () => {
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
  const kinds: [kind: string, credential: Chain['credential'], role: string, isOurs: boolean][] = [
    [
      'an access token',
      { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
      'projects/acme-data/roles/hopmintAccessToken',
      true,
    ],
    [
      'an ID token',
      { kind: 'id-token', audience: 'https://a.example', includeEmail: false },
      'roles/iam.serviceAccountOpenIdTokenCreator',
      false,
    ],
    [
      'a JWT',
      { kind: 'signed-jwt', claims: {}, lifetimeSeconds: 3600, allowTokenExchange: false },
      'projects/acme-data/roles/hopmintSignJwt',
      true,
    ],
    [
      'a blob',
      { kind: 'signed-blob', payload: 'AAAA', allowTokenExchange: false },
      'projects/acme-data/roles/hopmintSignBlob',
      true,
    ],
  ];
  it.each(kinds)('%s takes one permission at each hop', (_kind, credential, role, isOurs) => {
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
  const standingUntil = (at: string) =>
    withPolicy(RELAY, { ...bound(CREATOR, sa(ops('minter'))), condition: until(at) });

  it('a hop ends at the midnight after 90 days, and the role on a secret does not end', () => {
    expect(stepsOf(plan(file, EMPTY)).slice(2)).toEqual([
      minterOnSecret,
      `${hop1} ${end}`,
      `${hop2} ${end}`,
    ]);
  });

  it('two plans of one day are the same', () => {
    const later = new Date('2026-11-22T23:59:59Z');
    expect(plan(file, EMPTY, later)).toEqual(plan(file, EMPTY));
  });

  const standing: [title: string, at: string, steps: string[]][] = [
    ['is left alone while more than a third is left', '2026-12-23T00:00:00Z', []],
    ['is renewed in its last third', '2026-12-22T00:00:00Z', [`${hop1} ${end}`]],
    ['is renewed when it is over', '2026-01-01T00:00:00Z', [`${hop1} ${end}`]],
  ];
  it.each(standing)('a grant %s', (_title, at, steps) => {
    expect(stepsOf(plan(file, standingUntil(at)))).toEqual(steps);
  });

  it('a grant under a condition that is more than an end is not taken for one', () => {
    const condition = {
      title: 'nights',
      expression:
        'request.time < timestamp("2030-01-01T00:00:00Z") && request.time.getHours() > 20',
    };
    const inventory = withPolicy(RELAY, { ...bound(CREATOR, sa(ops('minter'))), condition });
    expect(stepsOf(plan(file, inventory))).toEqual([`${hop1} ${end}`]);
  });

  it('a grant that has no end is left, and told', () => {
    const endless = plan(file, FULL);
    expect(endless.steps).toEqual([]);
    expect(endless.notes.map(({ kind, resource }) => `${kind} ${resource}`)).toEqual([
      `grant-endless ${RELAY}`,
      `grant-endless ${READER}`,
    ]);
    expect(isEmpty(endless)).toBe(true);
  });
});
