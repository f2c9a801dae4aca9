import {
  type Acme,
  account,
  binding,
  creator,
  DATA,
  minter,
  NOW,
  OPS,
  openAcme,
  refusalOf,
  relay,
  target,
  targetId,
  vault,
} from '../../chain-cloud.ts';

const scope = ['https://www.googleapis.com/auth/cloud-platform'];
const path = (name: string) => `/v1/projects/-/serviceAccounts/${name}:generateAccessToken`;
const prefixed = (name: string) => `projects/-/serviceAccounts/${name}`;
const denied = (permission: string) => `403 PERMISSION_DENIED iam.serviceAccounts.${permission}`;

describe('generateAccessToken', () => {
  let cloud: Acme;
  beforeAll(async () => {
    cloud = await openAcme();
  });
  afterAll(() => cloud.close());

  const mint = (name: string, body: object, as = minter) =>
    cloud.call(as, 'POST', path(name), { scope, ...body });

  describe('mints', () => {
    const cases: [title: string, name: string, body: object][] = [
      ['without delegates', relay, {}],
      ['when gcloud writes null for no delegates', relay, { delegates: null }],
      ['over one delegate', vault, { delegates: [relay] }],
      ['over two delegates, bare', target, { delegates: [relay, vault] }],
      ['over two delegates, prefixed', target, { delegates: [prefixed(relay), prefixed(vault)] }],
      [
        'over delegates named by unique IDs',
        targetId,
        { delegates: ['100000000000000000002', prefixed('100000000000000000003')] },
      ],
      ['when the path has %40 for @', relay.replace('@', '%40'), {}],
      ['when the email is in capitals', relay.toUpperCase().replace('@ACME', '@acme'), {}],
      ['when it takes the empty scope for cloud-platform', relay, { scope: [''] }],
      ['for one second', relay, { lifetime: '1s' }],
      ['for an hour', relay, { lifetime: '3600s' }],
      [
        'for twelve hours, where the organization policy allows',
        `batch@${DATA}`,
        { lifetime: '43200s' },
      ],
    ];
    it.each(cases)('%s', async (_title, name, body) => {
      const { status, body: minted } = await mint(name, body);
      expect(status).toBe(200);
      expect(minted).toEqual({
        accessToken: expect.stringMatching(/^ya29\./),
        expireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
    });
  });

  describe('refuses', () => {
    const cases: [title: string, expected: string, name: string, body: object][] = [
      [
        'a delegate in the wrong order',
        denied('implicitDelegation'),
        target,
        { delegates: [vault, relay] },
      ],
      ['a skipped first hop', denied('implicitDelegation'), target, { delegates: [vault] }],
      ['a skipped last hop', denied('getAccessToken'), target, { delegates: [relay] }],
      ['a caller who holds nothing', denied('getAccessToken'), target, {}],
      [
        'an account as its own delegate',
        denied('implicitDelegation'),
        minter,
        { delegates: [minter] },
      ],
      ['a disabled target', denied('getAccessToken'), `off@${OPS}`, {}],
      [
        'a disabled delegate',
        denied('implicitDelegation'),
        `after-off@${OPS}`,
        { delegates: [`off@${OPS}`] },
      ],
      ['an unknown target', '404 NOT_FOUND', `nobody@${OPS}`, {}],
      ['an unknown delegate', '404 NOT_FOUND', target, { delegates: [`nobody@${OPS}`] }],
      ['a person as a target', '404 NOT_FOUND', 'ada@acme.com', {}],
      ['a target that is no account', '400 INVALID_ARGUMENT', 'billing', {}],
      ['a delegate that is no account', '400 INVALID_ARGUMENT', target, { delegates: ['invalid'] }],
      [
        'a delegate under a project',
        '400 INVALID_ARGUMENT',
        vault,
        { delegates: [`projects/acme-ops/serviceAccounts/${relay}`] },
      ],
      ['no scope', '400 INVALID_ARGUMENT', relay, { scope: [] }],
      ['a scope that is none', '400 INVALID_ARGUMENT', relay, { scope: ['bogus'] }],
      ['a lifetime of zero', '400 INVALID_ARGUMENT', relay, { lifetime: '0s' }],
      ['a lifetime without its unit', '400 INVALID_ARGUMENT', relay, { lifetime: '3600' }],
      [
        'over an hour without the organization policy',
        '400 INVALID_ARGUMENT',
        relay,
        { lifetime: '3601s' },
      ],
      [
        'over twelve hours in any case',
        '400 INVALID_ARGUMENT',
        `batch@${DATA}`,
        { lifetime: '43201s' },
      ],
      ['a field that Google does not have', '400 INVALID_ARGUMENT', relay, { scopes: scope }],
    ];
    it.each(cases)('%s', async (_title, expected, name, body) => {
      const answer = await mint(name, body);
      expect(refusalOf(answer).split(' ').slice(0, expected.split(' ').length).join(' ')).toBe(
        expected,
      );
    });
  });

  it('names the constraint and the account when an hour is too little', async () => {
    const { body } = await mint(relay, { lifetime: '3601s' });
    expect(body).toMatchObject({
      error: {
        message: `Access tokens for service account ${relay} can not have lifetimes of more than 1 hour. Use the Org Policy Constraint constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow up to 12 hours.`,
      },
    });
  });

  it('tells an unknown account in the words of IAM Credentials', async () => {
    const { body } = await mint(`nobody@${OPS}`, {});
    expect(body).toEqual({
      error: {
        code: 404,
        message: `Not found; Gaia id not found for email nobody@${OPS}`,
        status: 'NOT_FOUND',
      },
    });
  });

  it('names the missing permission and never the hop', async () => {
    const { body } = await mint(target, { delegates: [relay] });
    expect(body).toEqual({
      error: {
        code: 403,
        status: 'PERMISSION_DENIED',
        message: expect.stringMatching(
          /^Permission 'iam\.serviceAccounts\.getAccessToken' denied on resource \(or it may not exist\)\. Remediate access with this Troubleshooter URL or share it with your administrator - https:\/\/console\.cloud\.google\.com\/iam-admin\/troubleshooter\/summary;errorId=\S+ \.$/,
        ),
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'IAM_PERMISSION_DENIED',
            domain: 'iam.googleapis.com',
            metadata: {
              permission: 'iam.serviceAccounts.getAccessToken',
              error_info_id: expect.any(String),
              troubleshooter_url: expect.any(String),
            },
          },
        ],
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/billing|vault|relay/);
  });

  it('gives a token that is the target until the second it expires', async () => {
    const { body } = await mint(target, { delegates: [relay, vault], lifetime: '600s' });
    expect(body.expireTime).toBe('2026-11-22T12:10:00Z');
    const asTarget = { authorization: `Bearer ${body.accessToken}` };
    const use = () =>
      cloud.call(undefined, 'POST', path(relay), { scope }, asTarget).then(refusalOf);

    expect(await use()).toBe(denied('getAccessToken'));
    cloud.state.advance(599.999);
    expect(await use()).toBe(denied('getAccessToken'));
    cloud.state.advance(0.001);
    expect(await use()).toBe('401 UNAUTHENTICATED ACCESS_TOKEN_EXPIRED');
    cloud.state.advance(-600);
  });

  it('gives a token that no API takes whose scope it lacks', async () => {
    const readonly = ['https://www.googleapis.com/auth/bigquery.readonly'];
    const { body } = await mint(relay, { scope: readonly });
    const asRelay = { authorization: `Bearer ${body.accessToken}` };
    const answer = await cloud.call(undefined, 'POST', path(vault), { scope }, asRelay);
    expect(refusalOf(answer)).toBe('403 PERMISSION_DENIED ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  });

  it('refuses the tokens of an account while it is disabled, and takes them again after', async () => {
    const { body } = await mint(relay, {});
    const asRelay = { authorization: `Bearer ${body.accessToken}` };
    const use = () =>
      cloud.call(undefined, 'POST', path(vault), { scope }, asRelay).then(({ status }) => status);
    const seed = (disabled: boolean) =>
      cloud.call(undefined, 'POST', '/_local/seed', { accounts: [{ email: relay, disabled }] });

    expect(await use()).toBe(200);
    await seed(true);
    expect(await use()).toBe(401);
    await seed(false);
    expect(await use()).toBe(200);
  });
});

describe('a hop that rests on', () => {
  const now = NOW.getTime();
  const at = (ms: number) => new Date(now + ms).toISOString();
  const conditional = (expression: string) => ({
    version: 3,
    bindings: [
      {
        ...binding('roles/iam.serviceAccountTokenCreator', account(minter)),
        condition: { title: 't', expression },
      },
    ],
  });
  const only = (...bindings: object[]) => ({ policy: { bindings } });
  const granted = binding('roles/iam.serviceAccountTokenCreator', account(minter));
  const deny = (rule: object) => ({
    ...creatorOnTarget,
    denyPolicies: [{ attachedTo: 'projects/acme-data', name: 'no', rules: [{ denyRule: rule }] }],
  });
  const creatorOnTarget = { account: { policy: creator(minter) } };
  const everyone = { deniedPrincipals: ['principalSet://goog/public:all'] };
  const mintingDenied = {
    deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
  };
  type Grants = {
    account?: object;
    project?: object;
    folder?: object;
    organization?: object;
    [part: string]: unknown;
  };

  const cases: [title: string, status: number, grants: Grants][] = [
    ['a grant on the account mints', 200, creatorOnTarget],
    ['a grant on its project mints', 200, { project: only(granted) }],
    ['a grant on its folder mints', 200, { folder: only(granted) }],
    ['a grant on its organization mints', 200, { organization: only(granted) }],
    ['nothing is refused', 403, {}],
    [
      'workloadIdentityUser mints',
      200,
      { account: only(binding('roles/iam.workloadIdentityUser', account(minter))) },
    ],
    [
      'an OpenID role is refused',
      403,
      { account: only(binding('roles/iam.serviceAccountOpenIdTokenCreator', account(minter))) },
    ],
    [
      'owner of the project is refused',
      403,
      { project: only(binding('roles/owner', account(minter))) },
    ],
    [
      'a condition that holds mints',
      200,
      { account: { policy: conditional(`request.time < timestamp('${at(1)}')`) } },
    ],
    [
      'a condition that has ended is refused',
      403,
      { account: { policy: conditional(`request.time < timestamp('${at(0)}')`) } },
    ],
    [
      'an hour of the day in a time zone mints',
      200,
      { account: { policy: conditional("request.time.getHours('America/New_York') == 7") } },
    ],
    [
      'a condition on the resource that fits mints',
      200,
      {
        account: {
          policy: conditional(
            "resource.name.extract('/serviceAccounts/{a}@') == 'billing' && resource.type == 'iam.googleapis.com/ServiceAccount'",
          ),
        },
      },
    ],
    [
      'a condition nobody can evaluate is refused',
      403,
      { account: { policy: conditional("api.getAttribute('x', []) == []") } },
    ],
    [
      'a condition that is no boolean is refused',
      403,
      { account: { policy: conditional("'yes'") } },
    ],
    [
      'a tag that nothing has is refused',
      403,
      { account: { policy: conditional("resource.matchTag('1/env', 'prod')") } },
    ],
    ['a custom role with the permission mints', 200, custom({})],
    ['a disabled custom role is refused', 403, custom({ stage: 'DISABLED' })],
    ['a deleted custom role is refused', 403, custom({ deleted: true })],
    ['a custom role without the permission is refused', 403, custom({ includedPermissions: [] })],
    [
      'a group mints',
      200,
      { account: only(binding('roles/iam.serviceAccountTokenCreator', 'group:outer@acme.com')) },
    ],
    [
      'a group that does not hold the caller is refused',
      403,
      { account: only(binding('roles/iam.serviceAccountTokenCreator', 'group:other@acme.com')) },
    ],
    [
      'allUsers mints',
      200,
      { account: only(binding('roles/iam.serviceAccountTokenCreator', 'allUsers')) },
    ],
    [
      'allAuthenticatedUsers mints',
      200,
      { account: only(binding('roles/iam.serviceAccountTokenCreator', 'allAuthenticatedUsers')) },
    ],
    [
      "all service accounts of the caller's organization mints",
      200,
      {
        account: only(
          binding(
            'roles/iam.serviceAccountTokenCreator',
            'principalSet://cloudresourcemanager.googleapis.com/organizations/900000000001/type/ServiceAccount',
          ),
        ),
      },
    ],
    [
      'all service accounts of another project is refused',
      403,
      {
        account: only(
          binding(
            'roles/iam.serviceAccountTokenCreator',
            'principalSet://cloudresourcemanager.googleapis.com/projects/700000000002/type/ServiceAccount',
          ),
        ),
      },
    ],
    [
      'the domain, which holds people only, is refused',
      403,
      { account: only(binding('roles/iam.serviceAccountTokenCreator', `domain:${OPS}`)) },
    ],
    [
      'a deleted account of that email is refused',
      403,
      {
        account: only(
          binding(
            'roles/iam.serviceAccountTokenCreator',
            `deleted:${account(minter)}?uid=100000000000000000001`,
          ),
        ),
      },
    ],
    [
      'a person of that email is refused',
      403,
      { account: only(binding('roles/iam.serviceAccountTokenCreator', `user:${minter}`)) },
    ],
    ['a grant that is denied to everyone is refused', 403, deny({ ...everyone, ...mintingDenied })],
    [
      'a grant that is denied to the account is refused',
      403,
      deny({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`],
        ...mintingDenied,
      }),
    ],
    [
      'a grant that is denied to its group is refused',
      403,
      deny({ deniedPrincipals: ['principalSet://goog/group/outer@acme.com'], ...mintingDenied }),
    ],
    [
      'a grant that is denied by a group of permissions is refused',
      403,
      deny({ ...everyone, deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'] }),
    ],
    [
      'a grant denied to all but the caller mints',
      200,
      deny({
        ...everyone,
        ...mintingDenied,
        exceptionPrincipals: [
          `principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`,
        ],
      }),
    ],
    [
      'a grant of which another permission is denied mints',
      200,
      deny({ ...everyone, deniedPermissions: ['iam.googleapis.com/serviceAccounts.signJwt'] }),
    ],
    [
      'a grant denied but for this permission mints',
      200,
      deny({
        ...everyone,
        deniedPermissions: ['iam.googleapis.com/*.*'],
        exceptionPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      }),
    ],
    [
      'a denial whose tag nothing has mints',
      200,
      deny({
        ...everyone,
        ...mintingDenied,
        denialCondition: { expression: "resource.matchTag('1/env', 'prod')" },
      }),
    ],
    [
      'a denial whose condition nobody can evaluate is refused',
      403,
      deny({ ...everyone, ...mintingDenied, denialCondition: { expression: 'mystery()' } }),
    ],
    [
      'a denial on another project mints',
      200,
      {
        ...creatorOnTarget,
        denyPolicies: [
          {
            attachedTo: 'projects/acme-ops',
            name: 'no',
            rules: [{ denyRule: { ...everyone, ...mintingDenied } }],
          },
        ],
      },
    ],
  ];

  function custom(role: object): Grants {
    const name = 'projects/acme-data/roles/minting';
    return {
      account: only(binding(name, account(minter))),
      roles: [{ name, includedPermissions: ['iam.serviceAccounts.getAccessToken'], ...role }],
    };
  }

  it.each(cases)('%s', async (_title, expected, grants) => {
    const { account: onAccount, project, folder, organization, ...rest } = grants;
    const cloud = await openAcme({
      organization: { id: '900000000001', ...organization },
      folders: [{ id: '800000000001', parent: 'organizations/900000000001', ...folder }],
      projects: [
        { id: 'acme-data', number: '700000000002', parent: 'folders/800000000001', ...project },
        { id: 'acme-ops', number: '700000000001', parent: 'organizations/900000000001' },
      ],
      accounts: [
        { email: minter, uniqueId: '100000000000000000001' },
        { email: target, ...onAccount },
      ],
      groups: [
        { email: 'outer@acme.com', members: ['group:inner@acme.com'] },
        { email: 'inner@acme.com', members: [account(minter), 'group:outer@acme.com'] },
        { email: 'other@acme.com', members: ['user:ada@acme.com', 'group:other@acme.com'] },
      ],
      ...rest,
    });
    const { status } = await cloud.call(minter, 'POST', path(target), { scope });
    await cloud.close();
    expect(status).toBe(expected);
  });
});
