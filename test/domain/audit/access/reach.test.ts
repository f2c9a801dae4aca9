import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import {
  account,
  CREATOR,
  MINTER,
  READER,
  READER_POLICY,
  RELAY,
  role,
} from '../../iam/snapshots.ts';
import {
  chain,
  grant,
  MINTER_POLICY,
  needed,
  type Parts,
  RELAY_POLICY,
  report,
  withGrants,
} from '../audited.ts';

const user = 'user:eve@acme.com';
const member = (email: string) => `serviceAccount:${email}`;
const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
const DEPLOYER_POLICY = `projects/acme-ops/serviceAccounts/${DEPLOYER}`;
const accounts = { [DEPLOYER]: account(DEPLOYER, '100000000000000000011') };
const SECRET = chain.secret;
const JUST = {
  delegate: role('roles/justDelegate', ['iam.serviceAccounts.implicitDelegation']),
  openId: 'roles/iam.serviceAccountOpenIdTokenCreator',
};

/** `who permission on`, without prefixes, a line for a step. */
const waysOf = (parts: Parts, edit: Partial<ChainFile> = {}) =>
  report({ roles: [JUST.delegate], ...parts }, edit).chains[0]?.reach.map(({ steps, possible }) => [
    ...steps.map(({ who, permission, on }) =>
      [who, permission.split('.').at(-1), on].map((text = '') => text.split('@')[0]).join(' '),
    ),
    ...(possible ? ['possibly'] : []),
  ]);

describe('who else can get at a credential', () => {
  const cases: [title: string, parts: Parts, ways: string[][], edit?: Partial<ChainFile>][] = [
    ['is nobody where only the hops are granted', { bindings: needed }, []],
    [
      'is whoever may mint it',
      withGrants(READER_POLICY, grant(user)),
      [['user:eve getAccessToken reader']],
    ],
    [
      'is whoever may become an account of the chain',
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
      'is whoever may go through a delegate',
      withGrants(RELAY_POLICY, grant(user, JUST.delegate.name)),
      [['user:eve implicitDelegation relay', 'serviceAccount:relay getAccessToken reader']],
    ],
    [
      'is nobody who may only go through the target, which is no way to its own credential',
      withGrants(READER_POLICY, grant(user, JUST.delegate.name)),
      [],
    ],
    [
      'is nobody who may only have ID tokens, where it is an access token',
      withGrants(READER_POLICY, grant(user, JUST.openId)),
      [],
    ],
    [
      'is whoever may become one who may become one of the chain, after him',
      {
        accounts,
        bindings: {
          ...needed,
          [RELAY_POLICY]: [grant(member(MINTER)), grant(member(DEPLOYER))],
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
      'is told by the shortest way',
      {
        bindings: {
          ...needed,
          [MINTER_POLICY]: [grant(user)],
          [READER_POLICY]: [grant(member(RELAY)), grant(user)],
        },
      },
      [['user:eve getAccessToken reader']],
    ],
    [
      'is whoever may read or write the secret',
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
      'is whoever may change a policy, create a key or act as an account of the chain',
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
      'is whoever may put new code into our functions',
      withGrants('projects/acme-ops', grant(user, 'roles/run.developer')),
      [['user:eve update our own functions']],
    ],
    [
      'is whoever an exception lets in',
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
      'is possible by what cannot be decided',
      withGrants(READER_POLICY, grant(user, CREATOR, 'resource.matchTag("a/b", "c")')),
      [['user:eve getAccessToken reader', 'possibly']],
    ],
  ];
  it.each(cases)('%s', (_title, parts, ways, edit = {}) => {
    expect(waysOf(parts, edit)).toEqual(ways);
  });

  it('is an account of another chain that goes another way to the same target', () => {
    const other = { ...chain, name: 'other', delegates: [{ email: DEPLOYER }] };
    const parts = {
      accounts,
      bindings: {
        ...needed,
        [DEPLOYER_POLICY]: [grant(member(MINTER))],
        [READER_POLICY]: [grant(member(RELAY)), grant(member(DEPLOYER))],
      },
    };
    expect(waysOf(parts, { chains: [chain, other] })).toEqual([
      ['serviceAccount:deployer getAccessToken reader'],
    ]);
    expect(report(parts, { chains: [chain, other] }).clean).toBe(true);
  });
});

describe('the access that no policy shows', () => {
  it('is listed as not covered, with each group that has access, and leaves a report clean', () => {
    const parts = withGrants(
      'organizations/91',
      grant('group:admins@acme.com', 'roles/resourcemanager.organizationAdmin'),
    );
    const { clean, coverage } = report(parts);
    expect(clean).toBe(true);
    expect(coverage.notCovered.map(({ resource }) => resource)).toEqual([
      'domain-wide delegation',
      'policies of Cloud Run services',
      'group:admins@acme.com',
    ]);
  });
});
