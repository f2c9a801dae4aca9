import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { isEmpty } from '../../../shared/domain/apply/plan.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
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
  withPolicy,
} from './plan-world.ts';

const RELAY = onAccount(ops('relay'));
const READER = onAccount(data('reader'));
const users = (count: number) => Array.from({ length: count }, (_, i) => `user:u${i}@acme.com`);
const groups = (count: number) => Array.from({ length: count }, (_, i) => `group:g${i}@acme.com`);
const with4h = (allowed: string[] | undefined): [Partial<Chain>, Inventory] => [
  { credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 14_400 } },
  {
    ...FULL,
    lifetimePolicies: new Map(
      allowed && [
        [
          'acme-data',
          { allowAll: false, denyAll: false, allowedValues: allowed, deniedValues: [] },
        ],
      ],
    ),
  },
];
const roleIn = (state: 'deleted' | 'disabled'): Inventory => ({
  ...FULL,
  roles: new Map([...FULL.roles, [MINTER_ROLE, { ...roleOf(MINTER_ROLE, []), state }]]),
});
const unread = (failure: Inventory['unread'][number]['failure']): Inventory => ({
  ...FULL,
  unread: [{ resource: SECRET, failure }],
});
const SERVICE_DISABLED = {
  reason: 'secret-denied',
  detail: 'secrets.get: Google answered 403 SERVICE_DISABLED',
  api: { service: 'secretmanager.googleapis.com', project: '700000000001' },
} as const;

describe('what is in the way of a plan', () => {
  const cases: [title: string, part: Partial<Chain>, inventory: Inventory, told: string[]][] = [
    ['nothing, where all is well', {}, FULL, []],
    [
      'an account that is not there, with the command that creates it',
      {},
      { ...FULL, accounts: new Map([...FULL.accounts, [ops('relay'), 'missing' as const]]) },
      [
        `account-missing projects/-/serviceAccounts/${ops('relay')}: there is no such account; gcloud iam service-accounts create relay --project=acme-ops`,
      ],
    ],
    [
      'a pinned account that is another now, which no command mends',
      { delegates: [{ email: ops('relay'), uniqueId: '100000000000000000009' }] },
      {
        ...FULL,
        accounts: new Map([...FULL.accounts, ['100000000000000000009', 'missing' as const]]),
      },
      [
        `account-missing projects/-/serviceAccounts/${ops('relay')}: no account has the unique ID 100000000000000000009: it was deleted, or the file is wrong`,
      ],
    ],
    [
      'a disabled account',
      {},
      {
        ...FULL,
        accounts: new Map([
          ...FULL.accounts,
          [
            ops('relay'),
            {
              email: ops('relay'),
              uniqueId: '100000000000000000002',
              projectId: 'acme-ops',
              disabled: true,
            },
          ],
        ]),
      },
      [
        `account-disabled projects/-/serviceAccounts/${ops('relay')}: the account is disabled; gcloud iam service-accounts enable ${ops('relay')} --project=acme-ops`,
      ],
    ],
    [
      'a role that was deleted',
      {},
      roleIn('deleted'),
      [
        `role-deleted ${MINTER_ROLE}: the role is deleted, and grants nothing; gcloud iam roles undelete hopmintMinter --project=acme-ops`,
      ],
    ],
    [
      'a role that was disabled',
      {},
      roleIn('disabled'),
      [
        `role-disabled ${MINTER_ROLE}: the role is disabled, and grants nothing; gcloud iam roles update hopmintMinter --project=acme-ops --stage=GA`,
      ],
    ],
    [
      'a secret that another chain rotates',
      {},
      {
        ...FULL,
        secrets: new Map([[SECRET, secretOf({ annotations: { 'hopmint-chain': 'x' } })]]),
      },
      [
        `secret-foreign ${SECRET}: its ledger is that of another chain, "x": name another secret, or let that chain go first`,
      ],
    ],
    [
      'a policy with room for one member less',
      {},
      withPolicy(RELAY, bound('roles/viewer', ...users(1500))),
      [`policy-full ${RELAY}: its policy would have 1501 members, and IAM accepts at most 1500`],
    ],
    [
      'a policy with room for one group less',
      { readers: ['group:apps@acme.com'] },
      withPolicy(
        SECRET,
        bound(MINTER_ROLE, sa(ops('minter'))),
        bound('roles/viewer', ...groups(250)),
      ),
      [`policy-full ${SECRET}: its policy would have 251 groups, and IAM accepts at most 250`],
    ],
    [
      'a policy that is full exactly: nothing',
      {},
      withPolicy(RELAY, bound(CREATOR, ...users(1499))),
      [],
    ],
    [
      'a lifetime that no organization policy allows',
      ...with4h(['other@acme-data.iam.gserviceaccount.com']),
      [
        `lifetime-not-allowed projects/acme-data: a lifetime of 4h needs constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow ${data('reader')}: ask who keeps the organization policy, or write lifetime: 1h`,
      ],
    ],
    ['a lifetime that is allowed: nothing', ...with4h([`is:${data('reader')}`]), []],
    [
      'an API that is not enabled, once, and not what it keeps from being read',
      {},
      unread(SERVICE_DISABLED),
      [
        'api-disabled projects/700000000001: the API secretmanager.googleapis.com is not enabled in 700000000001; gcloud services enable secretmanager.googleapis.com --project=700000000001',
      ],
    ],
    [
      'what could not be read',
      {},
      unread({
        reason: 'secret-denied',
        detail: 'secrets.get: Google answered 403',
        permission: 'secretmanager.secrets.get',
      }),
      [
        `unread ${SECRET}: this cannot be read: secrets.get: Google answered 403, without secretmanager.secrets.get`,
      ],
    ],
  ];
  it.each(cases)('%s', (_title, part, inventory, told) => {
    const { obstacles } = plan(fileOf([chainOf(part)]), inventory);
    expect(
      obstacles.map(
        ({ kind, resource, text, fix }) =>
          `${kind} ${resource}: ${text}${fix === undefined ? '' : `; ${fix}`}`,
      ),
    ).toEqual(told);
  });

  it('is something to do, though apply cannot', () => {
    const disabled = plan(fileOf([chainOf()]), unread(SERVICE_DISABLED));
    expect(disabled.steps).toEqual([]);
    expect(isEmpty(disabled)).toBe(false);
  });

  it('names the chains that it stands in the way of', () => {
    const file = fileOf([chainOf(), chainOf({ name: 'direct', delegates: [] })]);
    const inventory = {
      ...FULL,
      accounts: new Map([...FULL.accounts, [ops('relay'), 'missing' as const]]),
    };
    expect(plan(file, inventory).obstacles.map(({ chains }) => chains)).toEqual([['billing']]);
  });
});

describe('what a plan remarks on, and goes on', () => {
  const cases: [title: string, part: Partial<Chain>, inventory: Inventory, told: string[]][] = [
    [
      'a secret that is kept elsewhere',
      { replication: { automatic: false, replicas: [{ location: 'europe-west1' }] } },
      FULL,
      [
        `replication-differs ${SECRET}: it is kept in automatic, and the file says europe-west1: that cannot be changed, only a new secret is kept elsewhere`,
      ],
    ],
    [
      'versions that live on after they were destroyed',
      {},
      { ...FULL, secrets: new Map([[SECRET, secretOf({ versionDestroyTtlSeconds: 86_400 })]]) },
      [
        `destruction-delayed ${SECRET}: versionDestroyTtl is 24h: a destroyed version lives on for as long, disabled, and is paid for`,
      ],
    ],
    [
      'a grant that ends',
      {},
      withPolicy(RELAY, {
        ...bound(CREATOR, sa(ops('minter'))),
        condition: { title: 'end', expression: "request.time < timestamp('2026-12-01T00:00:00Z')" },
      }),
      [
        `grant-conditional ${RELAY}: ${sa(ops('minter'))} holds ${CREATOR} until 2026-12-01: a binding beside that one is added`,
      ],
    ],
    [
      'a grant under another condition',
      {},
      withPolicy(READER, {
        ...bound(CREATOR, sa(ops('relay'))),
        condition: { title: 't', expression: 'resource.name.startsWith("x")' },
      }),
      [
        `grant-conditional ${READER}: ${sa(ops('relay'))} holds ${CREATOR} under the condition "resource.name.startsWith(\\"x\\")": a binding beside that one is added`,
      ],
    ],
    [
      'an organization policy that could not be read',
      ...with4h(undefined),
      [
        `lifetime-unread projects/acme-data: whether ${data('reader')} may have a lifetime over 1h, as billing wants, could not be read: see constraints/iam.allowServiceAccountCredentialLifetimeExtension`,
      ],
    ],
    ['nothing of what is new', {}, EMPTY, []],
  ];
  it.each(cases)('%s', (_title, part, inventory, told) => {
    const { notes } = plan(fileOf([chainOf(part)]), inventory);
    expect(notes.map(({ kind, resource, text }) => `${kind} ${resource}: ${text}`)).toEqual(told);
  });
});
