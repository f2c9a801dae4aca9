import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { isEmpty } from '../../../shared/domain/apply/plan.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import {
  bound,
  CREATOR,
  chainOf,
  data,
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
  with4h,
  withPolicy,
} from './plan-world.ts';

const RELAY = onAccount(ops('relay'));
const users = (count: number) => Array.from({ length: count }, (_, i) => `user:u${i}@acme.com`);
const groups = (count: number) => Array.from({ length: count }, (_, i) => `group:g${i}@acme.com`);
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

describe('the obstacles of a plan', () => {
  const cases: {
    title: string;
    part: Partial<Chain>;
    inventory: Inventory;
    grantForSeconds?: number;
    expected: string[];
  }[] = [
    { title: 'are none if everything exists', part: {}, inventory: FULL, expected: [] },
    {
      title: 'include a missing account, with the command that creates it',
      part: {},
      inventory: {
        ...FULL,
        accounts: new Map([...FULL.accounts, [ops('relay'), 'missing' as const]]),
      },
      expected: [
        `account-missing projects/-/serviceAccounts/${ops('relay')}: the account does not exist; gcloud iam service-accounts create relay --project=acme-ops`,
      ],
    },
    {
      title: 'include a pinned account that was created again, without a command',
      part: { delegates: [{ email: ops('relay'), uniqueId: '100000000000000000009' }] },
      inventory: {
        ...FULL,
        accounts: new Map([...FULL.accounts, ['100000000000000000009', 'missing' as const]]),
      },
      expected: [
        `account-missing projects/-/serviceAccounts/${ops('relay')}: no account has the unique ID 100000000000000000009: it was deleted, or the file is wrong`,
      ],
    },
    {
      title: 'include a disabled account',
      part: {},
      inventory: {
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
              readAt: new Date('2026-11-22T12:00:00Z'),
            },
          ],
        ]),
      },
      expected: [
        `account-disabled projects/-/serviceAccounts/${ops('relay')}: the account is disabled; gcloud iam service-accounts enable ${ops('relay')} --project=acme-ops`,
      ],
    },
    {
      title: 'include a role that was deleted',
      part: {},
      inventory: roleIn('deleted'),
      expected: [
        `role-deleted ${MINTER_ROLE}: the role is deleted, so it grants nothing; gcloud iam roles undelete hopmintMinter --project=acme-ops`,
      ],
    },
    {
      title: 'include a role that was disabled',
      part: {},
      inventory: roleIn('disabled'),
      expected: [
        `role-disabled ${MINTER_ROLE}: the role is disabled, so it grants nothing; gcloud iam roles update hopmintMinter --project=acme-ops --stage=GA`,
      ],
    },
    {
      title: 'include a secret that another chain rotates',
      part: {},
      inventory: {
        ...FULL,
        secrets: new Map([[SECRET, secretOf({ annotations: { 'hopmint-chain': 'x' } })]]),
      },
      expected: [
        `secret-foreign ${SECRET}: its ledger names another chain, "x": use another secret, or remove that chain first`,
      ],
    },
    {
      title: 'include a secret that Google will delete',
      part: {},
      inventory: {
        ...FULL,
        secrets: new Map([[SECRET, secretOf({ expiresAt: new Date('2026-11-22T12:40:00Z') })]]),
      },
      expected: [
        `secret-expiring ${SECRET}: Google will delete the secret and all its versions at 2026-11-22T12:40:00.000Z; gcloud secrets update billing --project=acme-ops --remove-expiration`,
      ],
    },
    {
      title: 'include a policy that would have one member too many',
      part: {},
      inventory: withPolicy(RELAY, bound('roles/viewer', ...users(1500))),
      expected: [
        `policy-full ${RELAY}: its policy would have 1501 members, and IAM accepts at most 1500`,
      ],
    },
    {
      title: 'include a policy that would have one group too many',
      part: { readers: ['group:apps@acme.com'] },
      inventory: withPolicy(
        SECRET,
        bound(MINTER_ROLE, sa(ops('minter'))),
        bound('roles/viewer', ...groups(250)),
      ),
      expected: [
        `policy-full ${SECRET}: its policy would have 251 groups, and IAM accepts at most 250`,
      ],
    },
    {
      title:
        'include the 21st binding of one role and member with a condition, and the command that removes ended ones',
      part: {},
      inventory: withPolicy(
        RELAY,
        ...Array.from({ length: 20 }, (_, i) => ({
          ...bound(CREATOR, sa(ops('minter'))),
          condition: {
            title: `until ${2000 + i}`,
            expression: `request.time < timestamp("${2000 + i}-01-01T00:00:00Z")`,
          },
        })),
      ),
      grantForSeconds: 90 * 86_400,
      expected: [
        `policy-full ${RELAY}: ${sa(ops('minter'))} would have ${CREATOR} in 21 bindings with conditions, and IAM accepts at most 20; ${Array.from(
          { length: 20 },
          (_, i) =>
            `gcloud iam service-accounts remove-iam-policy-binding ${ops('relay')} --member=${sa(ops('minter'))} --role=${CREATOR} --condition='expression=request.time < timestamp("${2000 + i}-01-01T00:00:00Z"),title=until ${2000 + i}' --project=acme-ops`,
        ).join(' && ')}`,
      ],
    },
    {
      title: 'are none for a policy that would be exactly full',
      part: {},
      inventory: withPolicy(RELAY, bound(CREATOR, ...users(1499))),
      expected: [],
    },
    {
      title: 'include a lifetime that no organization policy allows',
      ...with4h(['other@acme-data.iam.gserviceaccount.com']),
      expected: [
        `lifetime-not-allowed projects/acme-data: a lifetime of 4h needs constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow ${data('reader')}: ask an administrator of the organization policy, or set lifetime: 1h`,
      ],
    },
    {
      title: 'are none for a lifetime that is allowed',
      ...with4h([`is:${data('reader')}`]),
      expected: [],
    },
    {
      title: 'include an API that is not enabled, and not the resource that it hides',
      part: {},
      inventory: unread(SERVICE_DISABLED),
      expected: [
        'api-disabled projects/700000000001: the API secretmanager.googleapis.com is not enabled in 700000000001; gcloud services enable secretmanager.googleapis.com --project=700000000001',
      ],
    },
    {
      title: 'include a resource that could not be read',
      part: {},
      inventory: unread({
        reason: 'secret-denied',
        detail: 'secrets.get: Google answered 403',
        permission: 'secretmanager.secrets.get',
      }),
      expected: [
        `unread ${SECRET}: cannot be read: secrets.get: Google answered 403; the missing permission is secretmanager.secrets.get`,
      ],
    },
  ];
  it.each(cases)('$title', ({ part, inventory, expected, ...settings }) => {
    const { obstacles } = plan(fileOf([chainOf(part)], settings), inventory);
    expect(
      obstacles.map(
        ({ kind, resource, text, fix }) =>
          `${kind} ${resource}: ${text}${fix === undefined ? '' : `; ${fix}`}`,
      ),
    ).toEqual(expected);
  });

  it('make a plan not empty, although apply has nothing to do', () => {
    const disabled = plan(fileOf([chainOf()]), unread(SERVICE_DISABLED));
    expect(disabled.steps).toEqual([]);
    expect(isEmpty(disabled)).toBe(false);
  });

  it('name the chains that they affect', () => {
    const file = fileOf([chainOf(), chainOf({ name: 'direct', delegates: [] })]);
    const inventory = {
      ...FULL,
      accounts: new Map([...FULL.accounts, [ops('relay'), 'missing' as const]]),
    };
    expect(plan(file, inventory).obstacles.map(({ chains }) => chains)).toEqual([['billing']]);
  });
});
