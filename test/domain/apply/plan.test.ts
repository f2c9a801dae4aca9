import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { hop1, hop2, minterOnSecret, RELAY, until } from './plan-lines.ts';
import {
  bound,
  CREATOR,
  chainOf,
  EMPTY,
  FULL,
  fileOf,
  MINTER_ROLE,
  ops,
  plan,
  roleOf,
  SECRET,
  sa,
  secretOf,
  stepsOf,
  withPolicy,
} from './plan-world.ts';

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
