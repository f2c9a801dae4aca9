import { type Acme, acme, binding, minter, openAcme, refusalOf, relay } from '../../chain-cloud.ts';

const POLICIES = `/v2/policies/${encodeURIComponent('cloudresourcemanager.googleapis.com/projects/acme-ops')}/denypolicies`;
const denying = (...permissions: string[]) => ({
  rules: [
    {
      denyRule: {
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`],
        deniedPermissions: permissions.map((p) => `iam.googleapis.com/serviceAccounts.${p}`),
      },
    },
  ],
});

describe('A deny policy', () => {
  let cloud: Acme;
  const admin = 'user:admin@acme.com';
  const mint = async () =>
    refusalOf(
      await cloud.call(
        minter,
        'POST',
        `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`,
        {
          scope: ['https://www.googleapis.com/auth/cloud-platform'],
        },
      ),
    );
  beforeEach(async () => {
    const world = acme();
    const policy = { bindings: [binding('roles/iam.denyAdmin', admin)] };
    cloud = await openAcme({ ...world, organization: { id: '900000000001', policy } });
    await cloud.call(admin, 'POST', `${POLICIES}?policyId=no-relay`, denying('signJwt'));
  });
  afterEach(() => cloud.close());

  it('denies what it says after an update, and no more what it said', async () => {
    expect(await mint()).toBe('200');
    await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, denying('getAccessToken'));
    expect(await mint()).toBe('403 PERMISSION_DENIED iam.serviceAccounts.getAccessToken');
    await cloud.call(admin, 'DELETE', `${POLICIES}/no-relay`);
    expect(await mint()).toBe('200');
  });

  it('keeps its ID and the time it was made at, under a new etag, when it is updated', async () => {
    const { body: before } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
    await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, { ...before, displayName: 'new' });
    const { body: after } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
    expect(after).toEqual({ ...before, displayName: 'new', etag: expect.any(String) });
    expect(after.etag).not.toBe(before.etag);
  });

  type Ask = (etag: string) => [path: string, body?: object];
  const writes: [title: string, method: string, ask: Ask][] = [
    ['updated', 'PUT', (etag) => [`${POLICIES}/no-relay`, { ...denying('signBlob'), etag }]],
    ['deleted', 'DELETE', (etag) => [`${POLICIES}/no-relay?etag=${encodeURIComponent(etag)}`]],
  ];
  it.each(writes)('is not %s under a stale etag', async (_title, method, ask) => {
    const { body } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
    const stale = await cloud.call(admin, method, ...ask('c3RhbGU='));
    expect(refusalOf(stale)).toBe('409 ABORTED');
    const fresh = await cloud.call(admin, method, ...ask(String(body.etag)));
    expect(fresh.status).toBe(200);
  });

  it('is updated only by who may', async () => {
    const answer = await cloud.call(minter, 'PUT', `${POLICIES}/no-relay`, denying());
    expect(refusalOf(answer)).toBe('403 PERMISSION_DENIED iam.denypolicies.update');
  });
});
