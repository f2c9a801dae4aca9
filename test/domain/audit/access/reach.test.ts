import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import { CREATOR, READER, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  chain,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  grant,
  MINTER_POLICY,
  minter,
  needed,
  others,
  type Parts,
  RELAY_POLICY,
  relay,
  report,
  user,
  withGrants,
} from '../audit-world.ts';

const accounts = { [DEPLOYER]: others[DEPLOYER] };
const SECRET = chain.secret;
const DELEGATE = role('roles/justDelegate', ['iam.serviceAccounts.implicitDelegation']);
const OPEN_ID = 'roles/iam.serviceAccountOpenIdTokenCreator';

/** Each path to the credential, as a list of steps: `who permission on`. */
const pathsOf = (parts: Parts, edit: Partial<ChainFile> = {}) =>
  report({ roles: [DELEGATE], ...parts }, edit).chains[0]?.reach.map(({ steps, possible }) => [
    ...steps.map(({ who, permission, on }) =>
      [who, permission.split('.').at(-1), on].map((text = '') => text.split('@')[0]).join(' '),
    ),
    ...(possible ? ['possibly'] : []),
  ]);

describe('a member that can get a credential', () => {
  const cases: [title: string, parts: Parts, paths: string[][], edit?: Partial<ChainFile>][] = [
    ['does not exist if only the hops are granted', { bindings: needed }, []],
    ['can mint it', withGrants(READER_POLICY, grant(user)), [['user:eve getAccessToken reader']]],
    [
      'can become an account of the chain',
      withGrants(MINTER_POLICY, grant(user)),
      [
        [
          'user:eve getAccessToken minter',
          'serviceAccount:minter getAccessToken relay',
          'serviceAccount:relay getAccessToken reader',
        ],
      ],
    ],
    [
      'can delegate through a delegate of the chain',
      withGrants(RELAY_POLICY, grant(user, DELEGATE.name)),
      [['user:eve implicitDelegation relay', 'serviceAccount:relay getAccessToken reader']],
    ],
    [
      'is not a member that can only delegate through the target',
      withGrants(READER_POLICY, grant(user, DELEGATE.name)),
      [],
    ],
    [
      'is not a member that can only mint ID tokens, if the credential is an access token',
      withGrants(READER_POLICY, grant(user, OPEN_ID)),
      [],
    ],
    [
      'can become another account that can become an account of the chain, and comes after it',
      {
        accounts,
        bindings: {
          ...needed,
          [RELAY_POLICY]: [grant(minter), grant(deployer)],
          [DEPLOYER_POLICY]: [grant(user)],
        },
      },
      [
        [
          'serviceAccount:deployer getAccessToken relay',
          'serviceAccount:relay getAccessToken reader',
        ],
        [
          'user:eve getAccessToken deployer',
          'serviceAccount:deployer getAccessToken relay',
          'serviceAccount:relay getAccessToken reader',
        ],
      ],
    ],
    [
      'is listed with a shortest path',
      {
        bindings: {
          ...needed,
          [MINTER_POLICY]: [grant(user)],
          [READER_POLICY]: [grant(relay), grant(user)],
        },
      },
      [['user:eve getAccessToken reader']],
    ],
    [
      'can read or write the secret',
      {
        bindings: {
          ...needed,
          [SECRET]: [
            grant(user, 'roles/secretmanager.secretAccessor'),
            grant('user:adam@acme.com', 'roles/secretmanager.secretVersionManager'),
          ],
        },
      },
      [
        ['user:eve access projects/acme-ops/secrets/billing-export'],
        ['user:adam add projects/acme-ops/secrets/billing-export'],
      ],
    ],
    [
      'can change a policy, create a key of, or act as, an account of the chain',
      {
        bindings: {
          ...needed,
          [READER_POLICY]: [
            ...(needed[READER_POLICY] ?? []),
            grant('user:a@acme.com', 'roles/iam.serviceAccountAdmin'),
            grant('user:b@acme.com', 'roles/iam.serviceAccountKeyAdmin'),
            grant('user:c@acme.com', 'roles/iam.serviceAccountUser'),
          ],
          'organizations/91': [grant('user:d@acme.com', 'roles/resourcemanager.organizationAdmin')],
        },
      },
      [
        ['user:d setIamPolicy reader'],
        ['user:a setIamPolicy reader'],
        ['user:b create reader'],
        ['user:c actAs reader'],
      ],
    ],
    [
      'can deploy new code to our functions',
      withGrants('projects/acme-ops', grant(user, 'roles/run.developer')),
      [['user:eve update our own functions']],
    ],
    [
      'is the member of an exception',
      withGrants(READER_POLICY, grant(user)),
      [['user:eve getAccessToken reader']],
      {
        exceptions: [
          {
            account: { email: READER },
            member: user,
            reason: 'r',
            owner: 'o',
            expires: new Date('2030-01-01'),
          },
        ],
      },
    ],
    [
      'is possible if the condition of its grant cannot be decided',
      withGrants(READER_POLICY, grant(user, CREATOR, 'resource.matchTag("a/b", "c")')),
      [['user:eve getAccessToken reader', 'possibly']],
    ],
  ];
  it.each(cases)('%s', (_title, parts, paths, edit = {}) => {
    expect(pathsOf(parts, edit)).toEqual(paths);
  });

  it('is an account of another chain with the same target', () => {
    const other = { ...chain, name: 'other', delegates: [{ email: DEPLOYER }] };
    const parts = {
      accounts,
      bindings: {
        ...needed,
        [DEPLOYER_POLICY]: [grant(minter)],
        [READER_POLICY]: [grant(relay), grant(deployer)],
      },
    };
    expect(pathsOf(parts, { chains: [chain, other] })).toEqual([
      ['serviceAccount:deployer getAccessToken reader'],
    ]);
    expect(report(parts, { chains: [chain, other] }).clean).toBe(true);
  });
});
