import {
  type ChainCloud,
  DATA,
  minter,
  OPS,
  openChainCloud,
  outcomeOf,
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
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud();
  });
  afterAll(() => cloud.close());

  const mint = (name: string, body: object, as = minter) =>
    cloud.call(as, 'POST', path(name), { scope, ...body });

  it.each<{ situation: string; name: string; body: object }>([
    { situation: 'without delegates', name: relay, body: {} },
    {
      situation: 'with null for no delegates, as gcloud sends it',
      name: relay,
      body: { delegates: null },
    },
    { situation: 'over one delegate', name: vault, body: { delegates: [relay] } },
    {
      situation: 'over two delegates by email',
      name: target,
      body: { delegates: [relay, vault] },
    },
    {
      situation: 'over two delegates by resource name',
      name: target,
      body: { delegates: [prefixed(relay), prefixed(vault)] },
    },
    {
      situation: 'over delegates by unique ID',
      name: targetId,
      body: { delegates: ['100000000000000000002', prefixed('100000000000000000003')] },
    },
    { situation: 'with %40 for @ in the path', name: relay.replace('@', '%40'), body: {} },
    {
      situation: 'with the email in capitals',
      name: relay.toUpperCase().replace('@ACME', '@acme'),
      body: {},
    },
    {
      situation: 'with an empty scope, which means cloud-platform',
      name: relay,
      body: { scope: [''] },
    },
    { situation: 'for one second', name: relay, body: { lifetime: '1s' } },
    { situation: 'for an hour', name: relay, body: { lifetime: '3600s' } },
    {
      situation: 'for twelve hours, where the organization policy allows it',
      name: `batch@${DATA}`,
      body: { lifetime: '43200s' },
    },
  ])('mints $situation', async ({ name, body }) => {
    const { status, body: minted } = await mint(name, body);
    expect(status).toBe(200);
    expect(minted).toEqual({
      accessToken: expect.stringMatching(/^ya29\./),
      expireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it.each<{ situation: string; outcome: string; name: string; body: object }>([
    {
      situation: 'delegates in the wrong order',
      outcome: denied('implicitDelegation'),
      name: target,
      body: { delegates: [vault, relay] },
    },
    {
      situation: 'a missing first delegate',
      outcome: denied('implicitDelegation'),
      name: target,
      body: { delegates: [vault] },
    },
    {
      situation: 'a missing last delegate',
      outcome: denied('getAccessToken'),
      name: target,
      body: { delegates: [relay] },
    },
    {
      situation: 'a caller without a grant',
      outcome: denied('getAccessToken'),
      name: target,
      body: {},
    },
    {
      situation: 'an account as its own delegate',
      outcome: denied('implicitDelegation'),
      name: minter,
      body: { delegates: [minter] },
    },
    {
      situation: 'a disabled target',
      outcome: denied('getAccessToken'),
      name: `off@${OPS}`,
      body: {},
    },
    {
      situation: 'a disabled delegate',
      outcome: denied('implicitDelegation'),
      name: `after-off@${OPS}`,
      body: { delegates: [`off@${OPS}`] },
    },
    {
      situation: 'an unknown target',
      outcome: '404 NOT_FOUND',
      name: `nobody@${OPS}`,
      body: {},
    },
    {
      situation: 'an unknown delegate',
      outcome: '404 NOT_FOUND',
      name: target,
      body: { delegates: [`nobody@${OPS}`] },
    },
    {
      situation: 'a user as the target',
      outcome: '404 NOT_FOUND',
      name: 'ada@acme.com',
      body: {},
    },
    {
      situation: 'a target that is not an email',
      outcome: '400 INVALID_ARGUMENT',
      name: 'billing',
      body: {},
    },
    {
      situation: 'a delegate that is not an email',
      outcome: '400 INVALID_ARGUMENT',
      name: target,
      body: { delegates: ['invalid'] },
    },
    {
      situation: 'a delegate under its project',
      outcome: '400 INVALID_ARGUMENT',
      name: vault,
      body: { delegates: [`projects/acme-ops/serviceAccounts/${relay}`] },
    },
    {
      situation: 'no scope',
      outcome: '400 INVALID_ARGUMENT',
      name: relay,
      body: { scope: [] },
    },
    {
      situation: 'an invalid scope',
      outcome: '400 INVALID_ARGUMENT',
      name: relay,
      body: { scope: ['bogus'] },
    },
    {
      situation: 'a lifetime of zero',
      outcome: '400 INVALID_ARGUMENT',
      name: relay,
      body: { lifetime: '0s' },
    },
    {
      situation: 'a lifetime without its unit',
      outcome: '400 INVALID_ARGUMENT',
      name: relay,
      body: { lifetime: '3600' },
    },
    {
      situation: 'over an hour without the organization policy',
      outcome: '400 INVALID_ARGUMENT',
      name: relay,
      body: { lifetime: '3601s' },
    },
    {
      situation: 'over twelve hours with the organization policy',
      outcome: '400 INVALID_ARGUMENT',
      name: `batch@${DATA}`,
      body: { lifetime: '43201s' },
    },
    {
      situation: 'a field that Google does not have',
      outcome: '400 INVALID_ARGUMENT',
      name: relay,
      body: { scopes: scope },
    },
  ])('refuses $situation with $outcome', async ({ outcome, name, body }) => {
    const words = outcomeOf(await mint(name, body)).split(' ');
    expect(words.slice(0, outcome.split(' ').length).join(' ')).toBe(outcome);
  });

  it('names the constraint and the account when the lifetime is over an hour', async () => {
    const { body } = await mint(relay, { lifetime: '3601s' });
    expect(body).toMatchObject({
      error: {
        message: `Access tokens for service account ${relay} can not have lifetimes of more than 1 hour. Use the Org Policy Constraint constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow up to 12 hours.`,
      },
    });
  });

  it('refuses an unknown account in the wording of IAM Credentials', async () => {
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

  it('mints a token that identifies the target until the second of its expiry', async () => {
    const { body } = await mint(target, { delegates: [relay, vault], lifetime: '600s' });
    expect(body.expireTime).toBe('2026-11-22T12:10:00Z');
    const asTarget = { authorization: `Bearer ${body.accessToken}` };
    const use = () =>
      cloud.call(undefined, 'POST', path(relay), { scope }, asTarget).then(outcomeOf);

    expect(await use()).toBe(denied('getAccessToken'));
    cloud.state.advance(599.999);
    expect(await use()).toBe(denied('getAccessToken'));
    cloud.state.advance(0.001);
    expect(await use()).toBe('401 UNAUTHENTICATED ACCESS_TOKEN_EXPIRED');
    cloud.state.advance(-600);
  });

  it('mints a token that an API refuses when the token lacks its scope', async () => {
    const readonly = ['https://www.googleapis.com/auth/bigquery.readonly'];
    const { body } = await mint(relay, { scope: readonly });
    const asRelay = { authorization: `Bearer ${body.accessToken}` };
    const response = await cloud.call(undefined, 'POST', path(vault), { scope }, asRelay);
    expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  });

  it('mints a token that is invalid while its account is disabled, and valid again after that', async () => {
    const { body } = await mint(relay, {});
    const asRelay = { authorization: `Bearer ${body.accessToken}` };
    const use = () =>
      cloud.call(undefined, 'POST', path(vault), { scope }, asRelay).then(({ status }) => status);
    const setDisabled = (disabled: boolean) =>
      cloud.seed({ accounts: [{ email: relay, disabled }] });

    expect(await use()).toBe(200);
    await setDisabled(true);
    expect(await use()).toBe(401);
    await setDisabled(false);
    expect(await use()).toBe(200);
  });
});
