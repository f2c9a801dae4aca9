import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import {
  bound,
  CREATOR,
  chainOf,
  data,
  EMPTY,
  FULL,
  fileOf,
  onAccount,
  ops,
  plan,
  SECRET,
  sa,
  secretOf,
  with4h,
  withPolicy,
} from './plan-world.ts';

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
  const cases: { title: string; part: Partial<Chain>; inventory: Inventory; expected: string[] }[] =
    [
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
            expression: "request.time < timestamp('2026-12-01T00:00:00Z')",
          },
        }),
        expected: [
          `grant-conditional ${RELAY}: ${sa(ops('minter'))} has ${CREATOR} until 2026-12-01: apply adds another binding`,
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
