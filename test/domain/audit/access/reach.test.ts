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
const CUSTOM = role('projects/acme-ops/roles/custom', []);
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
  const cases: { title: string; parts: Parts; paths: string[][]; edit?: Partial<ChainFile> }[] = [
    {
      title: 'does not exist if only the hops are granted',
      parts: { bindings: needed },
      paths: [],
    },
    {
      title: 'can mint it',
      parts: withGrants(READER_POLICY, grant(user)),
      paths: [['user:eve getAccessToken reader']],
    },
    {
      title: 'can become an account of the chain',
      parts: withGrants(MINTER_POLICY, grant(user)),
      paths: [
        [
          'user:eve getAccessToken minter',
          'serviceAccount:minter getAccessToken relay',
          'serviceAccount:relay getAccessToken reader',
        ],
      ],
    },
    {
      title: 'can delegate through a delegate of the chain',
      parts: withGrants(RELAY_POLICY, grant(user, DELEGATE.name)),
      paths: [['user:eve implicitDelegation relay', 'serviceAccount:relay getAccessToken reader']],
    },
    {
      title: 'is not a member that can only delegate through the target',
      parts: withGrants(READER_POLICY, grant(user, DELEGATE.name)),
      paths: [],
    },
    {
      title: 'is not a member that can only mint ID tokens, if the credential is an access token',
      parts: withGrants(READER_POLICY, grant(user, OPEN_ID)),
      paths: [],
    },
    {
      title:
        'can become another account that can become an account of the chain, and comes after it',
      parts: {
        accounts,
        bindings: {
          ...needed,
          [RELAY_POLICY]: [grant(minter), grant(deployer)],
          [DEPLOYER_POLICY]: [grant(user)],
        },
      },
      paths: [
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
    },
    {
      title: 'is listed with a shortest path',
      parts: {
        bindings: {
          ...needed,
          [MINTER_POLICY]: [grant(user)],
          [READER_POLICY]: [grant(relay), grant(user)],
        },
      },
      paths: [['user:eve getAccessToken reader']],
    },
    {
      title: 'is possible if it gets an account by a role, and the chain is broken after it',
      parts: {
        roles: [DELEGATE, CUSTOM],
        bindings: {
          [MINTER_POLICY]: [grant(user, CUSTOM.name)],
          'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      paths: [['user:eve update projects/acme-ops/roles/custom', 'possibly']],
    },
    {
      title: 'is possible if it edits a role that another member alone has',
      parts: {
        roles: [DELEGATE, CUSTOM],
        accounts,
        bindings: {
          ...needed,
          [READER_POLICY]: [
            ...(needed[READER_POLICY] ?? []),
            grant('user:zoe@acme.com', CUSTOM.name),
          ],
          'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      paths: [['user:eve update projects/acme-ops/roles/custom', 'possibly']],
    },
    {
      title: 'is possible if a role gives it an account of which it needs an ID token alone',
      parts: {
        roles: [DELEGATE, CUSTOM],
        accounts,
        bindings: {
          ...needed,
          [MINTER_POLICY]: [grant(deployer, OPEN_ID)],
          [DEPLOYER_POLICY]: [grant(user, CUSTOM.name)],
          'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      paths: [['user:eve update projects/acme-ops/roles/custom', 'possibly']],
    },
    {
      title: 'is certain if a role gives it an account that can become an account of the chain',
      parts: {
        roles: [DELEGATE, CUSTOM],
        accounts,
        bindings: {
          ...needed,
          [MINTER_POLICY]: [grant(deployer)],
          [DEPLOYER_POLICY]: [grant(user, CUSTOM.name)],
          'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      paths: [
        ['user:eve update projects/acme-ops/roles/custom'],
        [
          'serviceAccount:deployer getAccessToken minter',
          'serviceAccount:minter getAccessToken relay',
          'serviceAccount:relay getAccessToken reader',
        ],
      ],
    },
    {
      title: 'is certain if it gets the target by a role, although the chain is broken',
      parts: {
        roles: [DELEGATE, CUSTOM],
        bindings: {
          [READER_POLICY]: [grant(user, CUSTOM.name)],
          'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
        },
      },
      paths: [['user:eve update projects/acme-ops/roles/custom']],
    },
    {
      title: 'can read or write the secret',
      parts: {
        bindings: {
          ...needed,
          [SECRET]: [
            grant(user, 'roles/secretmanager.secretAccessor'),
            grant('user:adam@acme.com', 'roles/secretmanager.secretVersionManager'),
          ],
        },
      },
      paths: [
        ['user:eve access projects/acme-ops/secrets/billing-export'],
        ['user:adam add projects/acme-ops/secrets/billing-export'],
      ],
    },
    {
      title: 'can change a policy, create a key of, or act as, an account of the chain',
      parts: {
        bindings: {
          ...needed,
          [READER_POLICY]: [
            ...(needed[READER_POLICY] ?? []),
            grant('user:a@acme.com', 'roles/iam.serviceAccountAdmin'),
            grant('user:b@acme.com', 'roles/iam.serviceAccountKeyAdmin'),
            grant('user:c@acme.com', 'roles/iam.serviceAccountUser'),
          ],
          'projects/acme-data': [grant('user:c@acme.com', 'roles/batch.jobsEditor')],
          'organizations/91': [grant('user:d@acme.com', 'roles/resourcemanager.organizationAdmin')],
        },
        roles: [role('roles/batch.jobsEditor', ['batch.jobs.create'])],
      },
      paths: [
        ['user:d setIamPolicy reader'],
        ['user:a setIamPolicy reader'],
        ['user:b create reader'],
        ['user:c actAs reader'],
      ],
    },
    {
      title: 'can deploy new code to our functions',
      parts: withGrants('projects/acme-ops', grant(user, 'roles/run.developer')),
      paths: [['user:eve update our own functions', 'possibly']],
    },
    {
      title: 'is the member of an exception',
      parts: withGrants(READER_POLICY, grant(user)),
      paths: [['user:eve getAccessToken reader']],
      edit: {
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
    },
    {
      title: 'is possible if the condition of its grant cannot be decided',
      parts: withGrants(READER_POLICY, grant(user, CREATOR, 'resource.matchTag("a/b", "c")')),
      paths: [['user:eve getAccessToken reader', 'possibly']],
    },
  ];
  it.each(cases)('$title', ({ parts, paths, edit = {} }) => {
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
