import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { hop1, hop2, minterOnSecret, RELAY, until } from './plan-lines.ts';
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
  roleOf,
  SECRET,
  sa,
  secretOf,
  stepsOf,
  with4h,
  withPolicy,
} from './plan-world.ts';

describe('Plan:', () => {
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
        title:
          'for accounts only: a role, a secret, and a grant for each hop on the account itself',
        file: fileOf([chainOf()]),
        inventory: EMPTY,
        steps: [
          `create-role ${MINTER_ROLE}`,
          `create-secret ${SECRET}`,
          minterOnSecret,
          hop1,
          hop2,
        ],
      },
      {
        title: 'if everything exists: none',
        file: fileOf([chainOf()]),
        inventory: FULL,
        steps: [],
      },
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
        title: 'if the existing grant holds at each mint of the week: nothing',
        file: fileOf([chainOf()]),
        inventory: withPolicy(RELAY, {
          ...bound(CREATOR, sa(ops('minter'))),
          condition: until('2026-12-01T00:00:00Z'),
        }),
        steps: [],
      },
      {
        title: 'if two existing grants hold one after the other: nothing',
        file: fileOf([chainOf()]),
        inventory: withPolicy(
          RELAY,
          {
            ...bound(CREATOR, sa(ops('minter'))),
            condition: until('2026-11-25T00:00:00Z'),
          },
          {
            ...bound(CREATOR, sa(ops('minter'))),
            condition: {
              title: 'then',
              expression: 'request.time >= timestamp("2026-11-25T00:00:00Z")',
            },
          },
        ),
        steps: [],
      },
      {
        title: 'if the existing grant ends before a mint of the week: a grant',
        file: fileOf([chainOf()]),
        inventory: withPolicy(RELAY, {
          ...bound(CREATOR, sa(ops('minter'))),
          condition: until('2026-11-28T00:00:00Z'),
        }),
        steps: [hop1],
      },
      {
        title: 'if the existing grant does not hold at night: a grant',
        file: fileOf([chainOf()]),
        inventory: withPolicy(RELAY, {
          ...bound(CREATOR, sa(ops('minter'))),
          condition: { title: 'day', expression: 'request.time.getHours("UTC") >= 6' },
        }),
        steps: [hop1],
      },
      {
        title: 'if the condition of the existing grant cannot be decided: a grant',
        file: fileOf([chainOf()]),
        inventory: withPolicy(RELAY, {
          ...bound(CREATOR, sa(ops('minter'))),
          condition: { title: 'tag', expression: 'resource.matchTag("a/b", "c")' },
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
});

describe('Notes:', () => {
  const RELAY = onAccount(ops('relay'));
  const READER = onAccount(data('reader'));

  const denying = (
    container: string,
    principal: string,
    permission = 'iam.googleapis.com/serviceAccounts.getAccessToken',
  ): Inventory => {
    const rule = {
      deniedPrincipals: [principal],
      exceptionPrincipals: [],
      deniedPermissions: [permission],
      exceptionPermissions: [],
    };
    return {
      ...FULL,
      denyPolicies: new Map([...FULL.denyPolicies, [container, [{ name: 'stop', rules: [rule] }]]]),
    };
  };

  describe('the notes of a plan', () => {
    const cases: {
      title: string;
      part: Partial<Chain>;
      inventory: Inventory;
      expected: string[];
    }[] = [
      {
        title: 'include a secret with another replication',
        part: { replication: { automatic: false, replicas: [{ location: 'europe-west1' }] } },
        inventory: FULL,
        expected: [
          `replication-differs ${SECRET}: its replication is automatic, but the file says europe-west1: this cannot be changed, only a new secret can have another replication`,
        ],
      },
      {
        title: 'include a delay before destroyed versions go',
        part: {},
        inventory: {
          ...FULL,
          secrets: new Map([[SECRET, secretOf({ versionDestroyTtlSeconds: 86_400 })]]),
        },
        expected: [
          `destruction-delayed ${SECRET}: versionDestroyTtl is 24h: Google keeps a destroyed version that long, disabled, and charges for it`,
        ],
      },
      {
        title: 'include a grant that has ended, with the command that removes it',
        part: {},
        inventory: withPolicy(RELAY, bound(CREATOR, sa(ops('minter'))), {
          ...bound(CREATOR, sa(ops('minter'))),
          condition: {
            title: 'end',
            expression: 'request.time < timestamp("2026-11-22T12:00:00Z")',
          },
        }),
        expected: [
          `grant-ended ${RELAY}: the grant of ${CREATOR} to ${sa(ops('minter'))} has ended. It has no effect, but it counts against IAM's limits. Apply removes nothing; this command removes it:; gcloud iam service-accounts remove-iam-policy-binding ${ops('relay')} --member=${sa(ops('minter'))} --role=${CREATOR} --condition='expression=request.time < timestamp("2026-11-22T12:00:00Z"),title=end' --project=acme-ops`,
        ],
      },
      {
        title: 'include a rule of a deny policy that cannot be decided',
        part: {},
        inventory: denying('projects/acme-data', 'principalSet://goog/group/all@acme.com'),
        expected: [
          `denial-undecided ${READER}: whether rule 1 of the deny policy stop denies iam.serviceAccounts.getAccessToken to ${sa(ops('relay'))} cannot be decided here`,
        ],
      },
      {
        title: 'include a reader that is denied',
        part: { readers: ['user:ada@acme.com'] },
        inventory: denying(
          'projects/acme-ops',
          'principal://goog/subject/ada@acme.com',
          'secretmanager.googleapis.com/versions.access',
        ),
        expected: [
          `reader-denied ${SECRET}: rule 1 of the deny policy stop denies secretmanager.versions.access to the reader user:ada@acme.com`,
        ],
      },
      {
        title: 'include a container whose deny policies were not read',
        part: {},
        inventory: {
          ...FULL,
          denyPolicies: new Map(
            [...FULL.denyPolicies].filter(([name]) => name !== 'projects/acme-data'),
          ),
        },
        expected: [
          'denials-unread projects/acme-data: its deny policies were not read, so one of them may deny what this plan grants',
        ],
      },
      {
        title: 'include a grant that ends',
        part: {},
        inventory: withPolicy(RELAY, {
          ...bound(CREATOR, sa(ops('minter'))),
          condition: {
            title: 'end',
            expression: "request.time < timestamp('2026-11-28T00:00:00Z')",
          },
        }),
        expected: [
          `grant-conditional ${RELAY}: ${sa(ops('minter'))} has ${CREATOR} until 2026-11-28: apply adds another binding`,
        ],
      },
      {
        title: 'include a grant with another condition',
        part: {},
        inventory: withPolicy(READER, {
          ...bound(CREATOR, sa(ops('relay'))),
          condition: { title: 't', expression: 'resource.name.startsWith("x")' },
        }),
        expected: [
          `grant-conditional ${READER}: ${sa(ops('relay'))} has ${CREATOR} under the condition "resource.name.startsWith(\\"x\\")": apply adds another binding`,
        ],
      },
      {
        title: 'include an organization policy that could not be read',
        ...with4h(undefined),
        expected: [
          `lifetime-unread projects/acme-data: billing needs a lifetime over 1h, but it could not be read whether constraints/iam.allowServiceAccountCredentialLifetimeExtension allows it for ${data('reader')}`,
        ],
      },
      {
        title: 'are none for resources that do not exist yet',
        part: {},
        inventory: EMPTY,
        expected: [],
      },
    ];
    it.each(cases)('$title', ({ part, inventory, expected }) => {
      const { notes } = plan(fileOf([chainOf(part)]), inventory);
      expect(
        notes.map(
          ({ kind, resource, text, fix }) =>
            `${kind} ${resource}: ${text}${fix === undefined ? '' : `; ${fix}`}`,
        ),
      ).toEqual(expected);
    });
  });
});
