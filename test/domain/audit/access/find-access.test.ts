import type { Chain, ChainFile } from '../../../../shared/domain/chain/chain.ts';
import type { LifetimePolicy } from '../../../../shared/domain/iam/lifetime-policy.ts';
import type { DenyRule } from '../../../../shared/domain/iam/policy.ts';
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
  short,
  withGrants,
} from '../audited.ts';

const user = 'user:eve@acme.com';
const SECRET = chain.secret;
const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
const DEPLOYER_POLICY = `projects/acme-ops/serviceAccounts/${DEPLOYER}`;
const CI = 'ci@acme-data.iam.gserviceaccount.com';
const CI_POLICY = `projects/acme-data/serviceAccounts/${CI}`;
const others = {
  [DEPLOYER]: account(DEPLOYER, '100000000000000000011'),
  [CI]: account(CI, '100000000000000000012'),
};
const member = (email: string) => `serviceAccount:${email}`;
const bound = (bindings: Parts['bindings'], parts: Parts = {}): Parts => ({
  ...parts,
  bindings: { ...needed, ...bindings },
});
const also = (resource: string, ...bindings: ReturnType<typeof grant>[]) => [
  ...(needed[resource] ?? []),
  ...bindings,
];

type Row = [title: string, parts: Parts, findings: unknown[][], edit?: Partial<ChainFile>];
const check = (_title: string, parts: Parts, findings: unknown[][], edit: object = {}) => {
  const told = report(parts, edit);
  expect(told.findings.map(short)).toEqual(findings);
  const counted = findings.filter(([severity]) => severity !== 'info');
  expect(told.clean).toBe(counted.length === 0);
};

describe('a transitive impersonator', () => {
  const cases: Row[] = [
    [
      'is whoever can become an account that can',
      bound(
        {
          [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
          [DEPLOYER_POLICY]: [grant(user)],
        },
        { accounts: others },
      ),
      [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
      ],
    ],
    [
      'is whoever can become one that can become one that can',
      bound(
        {
          [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
          [DEPLOYER_POLICY]: [grant(member(CI))],
          [CI_POLICY]: [grant(user)],
        },
        { accounts: others },
      ),
      [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:ci'],
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
      ],
    ],
    [
      'is found though two of them lead to each other',
      bound(
        {
          [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
          [DEPLOYER_POLICY]: [grant(member(CI))],
          [CI_POLICY]: [grant(member(DEPLOYER))],
        },
        { accounts: others },
      ),
      [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:ci'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
      ],
    ],
    [
      'is whoever can become one that an exception lets in, who is quiet himself',
      bound(
        {
          [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
          [DEPLOYER_POLICY]: [grant(user)],
        },
        { accounts: others },
      ),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
      {
        exceptions: [
          {
            account: { email: READER },
            member: member(DEPLOYER),
            reason: 'r',
            owner: 'o',
            expires: new Date('2030-01-01'),
          },
        ],
      },
    ],
    [
      'is nobody by an ID token of one that can, which no Google API takes',
      bound(
        {
          [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
          [DEPLOYER_POLICY]: [grant(user, 'roles/iam.serviceAccountOpenIdTokenCreator')],
        },
        { accounts: others },
      ),
      [['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer']],
    ],
    [
      'is nobody by an account that can do nothing here',
      bound({ [DEPLOYER_POLICY]: [grant(user)] }, { accounts: others }),
      [],
    ],
    [
      'is whoever creates keys of one that can',
      bound(
        {
          [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
          [DEPLOYER_POLICY]: [grant(user, 'roles/iam.serviceAccountKeyAdmin')],
        },
        { accounts: others },
      ),
      [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'escalation', 'reader', 'user:eve'],
      ],
    ],
  ];
  it.each(cases)('%s', check);

  it('is told with the way that he goes', () => {
    const parts = bound(
      {
        [READER_POLICY]: also(READER_POLICY, grant(member(DEPLOYER))),
        [DEPLOYER_POLICY]: [grant(member(CI))],
        [CI_POLICY]: [grant(user)],
      },
      { accounts: others },
    );
    const finding = report(parts).findings.find((one) => one.member === user);
    expect(finding?.evidence).toMatchObject({
      resource: CI_POLICY,
      path: [user, CI, DEPLOYER, READER],
      chains: ['billing-export'],
      accounts: [READER],
    });
    expect(finding?.fix?.gcloud).toMatch(/remove-iam-policy-binding ci@/);
  });
});

describe('an account of a chain on another', () => {
  const viaVault: Chain = {
    ...chain,
    delegates: [{ email: RELAY }, { email: DEPLOYER }],
  };
  const three = {
    [RELAY_POLICY]: needed[RELAY_POLICY] ?? [],
    [DEPLOYER_POLICY]: [grant(member(RELAY))],
    [READER_POLICY]: [grant(member(DEPLOYER))],
  };
  const cases: Row[] = [
    [
      'is a shortcut for the caller past the delegate',
      withGrants(READER_POLICY, grant(member(MINTER))),
      [['medium', 'shortcut', 'billing-export/2', 'reader', 'serviceAccount:minter']],
    ],
    [
      'is a shortcut for an earlier delegate past a later one',
      {
        accounts: others,
        bindings: { ...three, [READER_POLICY]: [grant(member(DEPLOYER)), grant(member(RELAY))] },
      },
      [['medium', 'shortcut', 'billing-export/3', 'reader', 'serviceAccount:relay']],
      { chains: [viaVault] },
    ],
    [
      'is a shortcut from above',
      withGrants('projects/acme-data', grant(member(MINTER))),
      [['medium', 'shortcut', 'billing-export/2', 'reader', 'serviceAccount:minter']],
    ],
    [
      'is no shortcut where another chain goes that way',
      withGrants(READER_POLICY, grant(member(MINTER))),
      [],
      { chains: [chain, { ...chain, name: 'direct', delegates: [] }] },
    ],
    [
      'is less where it can only delegate',
      {
        ...withGrants(READER_POLICY, grant(member(MINTER), 'roles/hop')),
        roles: [role('roles/hop', ['iam.serviceAccounts.implicitDelegation'])],
      },
      [['low', 'shortcut', 'billing-export/2', 'reader', 'serviceAccount:minter']],
    ],
  ];
  it.each(cases)('%s', check);
});

describe('a hop that is granted too much', () => {
  const idToken: Chain = {
    ...chain,
    credential: { kind: 'id-token', audience: 'https://a.example.com', includeEmail: false },
  };
  const narrow = (relayRole: string, readerRole: string): Parts => ({
    bindings: {
      [RELAY_POLICY]: [grant(member(MINTER), relayRole)],
      [READER_POLICY]: [grant(member(RELAY), readerRole)],
    },
    roles: [role('projects/acme-ops/roles/hop', ['iam.serviceAccounts.implicitDelegation'])],
  });
  const HOP_ONLY = 'projects/acme-ops/roles/hop';
  const OPEN_ID = 'roles/iam.serviceAccountOpenIdTokenCreator';
  const cases: Row[] = [
    [
      'on the project of its account',
      {
        bindings: { ...needed, [READER_POLICY]: [], 'projects/acme-data': [grant(member(RELAY))] },
      },
      [['medium', 'overgrant', 'billing-export/2', 'reader', 'serviceAccount:relay']],
    ],
    [
      'on the organization, beside a grant of its own',
      withGrants('organizations/91', grant(member(RELAY))),
      [['medium', 'overgrant', 'billing-export/2', 'reader', 'serviceAccount:relay']],
    ],
    [
      'is nothing to tell where every hop has just what it needs, and that is wanted',
      narrow(HOP_ONLY, OPEN_ID),
      [],
      { chains: [idToken], grants: 'narrow' },
    ],
    [
      'with kinds that no chain mints, where grants are narrow',
      narrow(HOP_ONLY, CREATOR),
      [['medium', 'overgrant', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      { chains: [idToken], grants: 'narrow' },
    ],
    [
      'with Token Creator is what apply writes, where grants are not narrow',
      narrow(CREATOR, CREATOR),
      [],
      { chains: [idToken] },
    ],
    [
      'with what another chain needs is not too much',
      narrow(HOP_ONLY, 'roles/iam.workloadIdentityUser'),
      [],
      { chains: [idToken, { ...chain, name: 'second' }], grants: 'narrow' },
    ],
  ];
  it.each(cases)('%s', check);

  it('above its account gets a grant on the account before that is taken away, and lists all that it opens', () => {
    const [finding] = report({
      bindings: {
        [RELAY_POLICY]: [],
        [READER_POLICY]: [],
        'organizations/91': [grant(member(RELAY)), grant(member(MINTER))],
      },
    }).findings.filter(({ member: of }) => of === member(RELAY));
    expect(finding?.evidence.accounts).toEqual([READER, MINTER, RELAY]);
    expect(finding?.fix?.gcloud.split(' && ')).toEqual([
      expect.stringMatching(/add-iam-policy-binding reader@.*serviceAccountTokenCreator/),
      expect.stringMatching(/^gcloud organizations remove-iam-policy-binding 91 /),
    ]);
  });

  it('of unused kinds gets the narrow role first, made where it is not there', () => {
    const [finding] = report(narrow(HOP_ONLY, CREATOR), { grants: 'narrow' }).findings;
    expect(finding?.fix?.gcloud).toMatch(
      /^\{ gcloud iam roles describe hopmintAccessToken --project=acme-data > \/dev\/null 2>&1 \|\| gcloud iam roles create hopmintAccessToken .*--permissions=iam.serviceAccounts.getAccessToken .*; \} && gcloud iam service-accounts add-iam-policy-binding reader@.* --role=projects\/acme-data\/roles\/hopmintAccessToken .* && gcloud iam service-accounts remove-iam-policy-binding reader@/,
    );
  });
});

describe('what is public', () => {
  const at = (expression: string) => grant('allAuthenticatedUsers', CREATOR, expression);
  const cases: Row[] = [
    [
      'is an account that everyone with a Google account may become',
      withGrants(READER_POLICY, grant('allAuthenticatedUsers')),
      [['critical', 'public', 'reader', 'allAuthenticatedUsers']],
    ],
    [
      'is a secret that everyone may read',
      bound({ [SECRET]: [grant('allUsers', 'roles/secretmanager.secretAccessor')] }),
      [['critical', 'public', 'reader', 'allUsers']],
    ],
    [
      'is a policy that everyone may change, though it is inherited',
      withGrants('projects/acme-data', grant('allUsers', 'roles/owner')),
      [['critical', 'public', 'reader', 'allUsers']],
    ],
    [
      'is an account that will be in the future',
      withGrants(READER_POLICY, at('request.time > timestamp("2030-01-01T00:00:00Z")')),
      [['critical', 'public', 'reader', 'allAuthenticatedUsers']],
    ],
    [
      'is not what a tight condition guards: that is possible, and no more',
      withGrants(
        READER_POLICY,
        at('"accessPolicies/1/accessLevels/x" in request.auth.access_levels'),
      ),
      [['medium', 'unexpected-impersonator', 'reader', 'allAuthenticatedUsers']],
    ],
    [
      'is not what was',
      withGrants(READER_POLICY, at('request.time < timestamp("2020-01-01T00:00:00Z")')),
      [],
    ],
    [
      'is not what everyone may view',
      withGrants(READER_POLICY, grant('allUsers', 'roles/viewer')),
      [],
    ],
    [
      'is not what one repository of a pool may use',
      withGrants(
        READER_POLICY,
        grant(
          'principalSet://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/attribute.repository/acme/app',
          'roles/iam.workloadIdentityUser',
        ),
      ),
      [
        [
          'high',
          'unexpected-impersonator',
          'reader',
          'principalSet://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/attribute.repository/acme/app',
        ],
      ],
    ],
  ];
  it.each(cases)('%s', check);
});

describe('a secret', () => {
  const reads = (who: string) => grant(who, 'roles/secretmanager.secretAccessor');
  const job = member('job@acme-data.iam.gserviceaccount.com');
  const told = 'serviceAccount:job';
  const readers = { chains: [{ ...chain, readers: [job] }] };
  const minter = {
    ...grant(member(MINTER), 'projects/acme-ops/roles/hopmintMinter'),
  };
  const minterRole = role('projects/acme-ops/roles/hopmintMinter', [
    'secretmanager.secrets.get',
    'secretmanager.secrets.update',
    'secretmanager.versions.add',
    'secretmanager.versions.destroy',
  ]);
  const cases: Row[] = [
    [
      'that the minter writes, and its readers read, is what apply writes',
      bound({ [SECRET]: [minter, reads(job)] }, { roles: [minterRole] }),
      [],
      readers,
    ],
    [
      'is read by one more than the chain says',
      bound({ [SECRET]: [reads(job), reads(user)] }),
      [['medium', 'secret-readers', 'reader', 'user:eve']],
      readers,
    ],
    [
      'is read by somebody, where the chain does not say by whom: that is told and does not count',
      bound({ [SECRET]: [reads(job)] }),
      [['info', 'secret-readers', 'reader', told]],
    ],
    [
      'is read by inheritance, with every other',
      withGrants('projects/acme-ops', reads(job)),
      [['low', 'secret-readers', 'reader', told]],
    ],
    [
      'is written by somebody else',
      bound({ [SECRET]: [grant(user, 'roles/secretmanager.secretVersionManager')] }),
      [['high', 'secret-writers', 'reader', 'user:eve']],
    ],
    [
      'is written by inheritance',
      withGrants('folders/81', grant(user, 'roles/secretmanager.secretVersionManager')),
      [['medium', 'secret-writers', 'reader', 'user:eve']],
    ],
    [
      'has a policy that somebody may change',
      bound({ [SECRET]: [grant(user, 'roles/secretmanager.admin')] }),
      [['high', 'secret-writers', 'reader', 'user:eve']],
    ],
    [
      'is no matter of who reads secrets of another project',
      withGrants('projects/acme-data', reads(user)),
      [],
    ],
  ];
  it.each(cases)('%s', check);

  it('is named in what is found, and its binding taken away by the fix', () => {
    const [finding] = report(bound({ [SECRET]: [reads(user)] }), readers).findings;
    expect(finding?.evidence).toMatchObject({ secrets: [SECRET], chains: ['billing-export'] });
    expect(finding?.fix?.gcloud).toBe(
      'gcloud secrets remove-iam-policy-binding billing-export --member=user:eve@acme.com --role=roles/secretmanager.secretAccessor --condition=None --project=acme-ops',
    );
  });
});

describe('an escalation', () => {
  const hop = 'projects/acme-ops/roles/hop';
  const byRole: Parts = {
    bindings: {
      ...needed,
      [RELAY_POLICY]: [grant(member(MINTER), hop)],
      'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
    },
    roles: [role(hop, ['iam.serviceAccounts.implicitDelegation'])],
  };
  const pool =
    'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/subject/x';
  const byPool = (...more: ReturnType<typeof grant>[]): Parts =>
    bound({
      [READER_POLICY]: also(READER_POLICY, grant(pool)),
      'projects/acme-ops': more,
    });
  const rule: DenyRule = {
    deniedPrincipals: ['principal://goog/subject/adam@acme.com'],
    exceptionPrincipals: [],
    deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
    exceptionPermissions: [],
  };
  const build = 'hopmint-build@acme-ops.iam.gserviceaccount.com';
  const cases: Row[] = [
    [
      "is who may change the account's policy",
      withGrants(READER_POLICY, grant(user, 'roles/iam.serviceAccountAdmin')),
      [['high', 'escalation', 'reader', 'user:eve']],
    ],
    [
      'is who may create keys of the account',
      withGrants(READER_POLICY, grant(user, 'roles/iam.serviceAccountKeyAdmin')),
      [['high', 'escalation', 'reader', 'user:eve']],
    ],
    [
      'is who may act as the caller',
      withGrants(MINTER_POLICY, grant(user, 'roles/iam.serviceAccountUser')),
      [['medium', 'escalation', 'minter', 'user:eve']],
    ],
    [
      'is not who builds our functions, and acts as the caller for that',
      bound(
        { [MINTER_POLICY]: [grant(member(build), 'roles/iam.serviceAccountUser')] },
        { accounts: { [build]: account(build, '21') } },
      ),
      [],
    ],
    [
      'is whoever can become who builds our functions',
      bound(
        { [`projects/acme-ops/serviceAccounts/${build}`]: [grant(user)] },
        { accounts: { [build]: account(build, '21') } },
      ),
      [['high', 'unexpected-impersonator', 'hopmint-build', 'user:eve']],
    ],
    [
      'is who may create keys in the project',
      withGrants('projects/acme-data', grant(user, 'roles/iam.serviceAccountKeyAdmin')),
      [['medium', 'escalation', 'reader', 'user:eve']],
    ],
    [
      'is who may put new code into our functions',
      withGrants('projects/acme-ops', grant(user, 'roles/run.developer')),
      [['low', 'escalation', 'minter', 'user:eve']],
    ],
    [
      'is not who may do so in another project',
      withGrants('projects/acme-data', grant(user, 'roles/run.developer')),
      [],
    ],
    [
      'is who may change the custom role of a hop',
      byRole,
      [['medium', 'escalation', 'relay', 'user:eve']],
    ],
    [
      'is not who may change roles that no hop has',
      withGrants('projects/acme-ops', grant(user, 'roles/iam.roleAdmin')),
      [],
    ],
    [
      'is who may say whom a pool trusts that has access',
      byPool(grant(user, 'roles/iam.workloadIdentityPoolAdmin')),
      [
        ['high', 'unexpected-impersonator', 'reader', pool],
        ['medium', 'escalation', 'reader', 'user:eve'],
      ],
    ],
    [
      'is not who may do so with pools that have none',
      withGrants('projects/acme-ops', grant(user, 'roles/iam.workloadIdentityPoolAdmin')),
      [],
    ],
    [
      'is who may take a deny policy down',
      {
        ...withGrants('projects/acme-data', grant(user, 'roles/iam.denyAdmin')),
        deny: { 'projects/acme-data': [rule] },
      },
      [['low', 'escalation', 'reader', 'user:eve']],
    ],
    [
      'is not who could, where there is none',
      withGrants('projects/acme-data', grant(user, 'roles/iam.denyAdmin')),
      [],
    ],
    [
      'is an account with keys that people have',
      { bindings: needed, userKeys: { [READER_POLICY]: ['aa01', 'bb02'] } },
      [['medium', 'escalation', 'reader']],
    ],
    [
      'of owners and editors of a project is one that does not count',
      withGrants(
        'projects/acme-ops',
        grant(user, 'roles/owner'),
        grant('group:all@acme.com', 'roles/editor'),
      ),
      [['info', 'escalation', 'minter']],
    ],
    [
      'of administrators is one for each ancestor',
      {
        bindings: {
          ...needed,
          'projects/acme-data': [grant(user, 'roles/owner')],
          'folders/82': [grant(user, 'roles/resourcemanager.folderAdmin')],
          'organizations/91': [
            grant('group:admins@acme.com', 'roles/resourcemanager.organizationAdmin'),
          ],
        },
      },
      [
        ['info', 'escalation', 'minter'],
        ['info', 'escalation', 'reader'],
        ['info', 'escalation', 'reader'],
      ],
    ],
    [
      'is not who administers folders by a role in a project, where that means nothing',
      withGrants('projects/acme-data', grant(user, 'roles/resourcemanager.folderAdmin')),
      [],
    ],
    [
      "is not Google's own editor of a project",
      withGrants(
        'projects/acme-ops',
        grant('serviceAccount:700000000001@cloudservices.gserviceaccount.com', 'roles/editor'),
      ),
      [],
    ],
  ];
  it.each(cases)('%s', check);

  it('of administrators names them all, and keeps its fingerprint when they change', () => {
    const of = (...members: string[]) =>
      report(
        withGrants('organizations/91', {
          role: 'roles/resourcemanager.organizationAdmin',
          members,
        }),
      ).findings[0];
    expect(of('user:a@acme.com', 'user:b@acme.com')?.evidence.members).toEqual([
      'user:a@acme.com',
      'user:b@acme.com',
    ]);
    expect(of('user:a@acme.com')?.fingerprint).toBe(of('user:b@acme.com')?.fingerprint);
  });

  it('by keys takes them all away by the fix', () => {
    const parts = { bindings: needed, userKeys: { [READER_POLICY]: ['aa01'] } };
    expect(report(parts).findings[0]?.fix?.gcloud).toBe(
      `gcloud iam service-accounts keys delete aa01 --iam-account=${READER} --project=acme-data --quiet`,
    );
  });
});

describe('what the chain file says', () => {
  const long: Chain = {
    ...chain,
    credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 7200 },
  };
  const policy = { allowAll: false, denyAll: false, allowedValues: [], deniedValues: [] };
  const allowed = (change: Partial<LifetimePolicy>): Parts => ({
    bindings: needed,
    lifetimePolicies: { 'acme-data': { ...policy, ...change } },
  });
  const signed = (claims: Record<string, unknown>, allowTokenExchange = true): Chain => ({
    ...chain,
    credential: { kind: 'signed-jwt', claims, lifetimeSeconds: 3600, allowTokenExchange },
  });
  const exception = {
    account: { email: READER },
    member: user,
    reason: 'INC-1',
    owner: 'o@acme.com',
    expires: new Date('2026-11-22T11:00:00Z'),
  };
  const at = ['billing-export/2', 'reader'];
  const cases: Row[] = [
    [
      'asks for longer lives than the organization allows',
      allowed({}),
      [['high', 'lifetime-not-allowed', ...at]],
      { chains: [long] },
    ],
    [
      'asks for longer lives, which the organization allows this account',
      allowed({ allowedValues: [`is:${READER}`] }),
      [],
      { chains: [long] },
    ],
    [
      'asks for longer lives, which the organization denies this account',
      allowed({ allowAll: true, deniedValues: [READER] }),
      [['high', 'lifetime-not-allowed', ...at]],
      { chains: [long] },
    ],
    ['asks for an hour, whatever the organization allows', allowed({}), []],
    [
      'lets a JWT be traded for a token',
      { bindings: needed },
      [['medium', 'token-exchange', ...at]],
      { chains: [signed({ aud: 'https://oauth2.googleapis.com/token' })] },
    ],
    [
      "lets a JWT be traded for a user's token, which is worse",
      { bindings: needed },
      [['high', 'token-exchange', ...at]],
      { chains: [signed({ aud: 'https://oauth2.googleapis.com/token', sub: 'ada@acme.com' })] },
    ],
    [
      'lets no JWT be traded',
      { bindings: needed },
      [],
      { chains: [signed({ aud: 'https://firestore.googleapis.com/' }, false)] },
    ],
    [
      'has an exception that is over, and a grant that stands',
      withGrants(READER_POLICY, grant(user)),
      [
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
        ['low', 'exception-expired', 'reader', 'user:eve'],
      ],
      { exceptions: [exception] },
    ],
    [
      'has an exception that is over, and a grant above the account that stands',
      withGrants('projects/acme-data', grant(user)),
      [
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
        ['low', 'exception-expired', 'reader', 'user:eve'],
      ],
      { exceptions: [exception] },
    ],
    [
      'has an exception that is over, and nothing that it would excuse',
      { bindings: needed },
      [['info', 'exception-expired', 'reader', 'user:eve']],
      { exceptions: [exception] },
    ],
  ];
  it.each(cases)('%s', check);

  it('breaks the chain, whose hops are all right, when it asks for too long a life', () => {
    const [told] = report(allowed({}), { chains: [long] }).chains;
    expect(told?.state).toBe('broken');
    expect(told?.hops.map(({ state }) => state)).toEqual(['ok', 'ok']);
  });

  // hashicorp/vault-plugin-secrets-gcp#98 and google-github-actions/auth#505: nobody was told why twelve hours were refused.
  it('names the constraint and the account, and how to allow it beside those that are', () => {
    const [finding] = report(allowed({ allowedValues: ['batch@x.y'] }), {
      chains: [long],
    }).findings;
    expect(finding?.evidence).toMatchObject({
      constraint: 'constraints/iam.allowServiceAccountCredentialLifetimeExtension',
      accounts: [READER],
    });
    expect(finding?.fix?.gcloud).toBe(
      `gcloud resource-manager org-policies allow iam.allowServiceAccountCredentialLifetimeExtension batch@x.y ${READER} --project=acme-data`,
    );
  });
});
