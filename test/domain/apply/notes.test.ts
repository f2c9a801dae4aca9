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
    expect(notes.map(({ kind, resource, text }) => `${kind} ${resource}: ${text}`)).toEqual(
      expected,
    );
  });
});
