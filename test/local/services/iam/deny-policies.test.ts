import {
  binding,
  type ChainCloud,
  chainWorld,
  minter,
  openChainCloud,
  outcomeOf,
  relay,
} from '../../chain-cloud.ts';

const admin = 'user:admin@acme.com';
const reviewer = 'user:rita@acme.com';
const stranger = 'user:stranger@acme.com';
const MINTER_PRINCIPAL = `principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`;
const pathOn = (container: string) =>
  `/v2/policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`)}/denypolicies`;
const POLICIES = pathOn('projects/acme-ops');
const denying = (...permissions: string[]) => ({
  rules: [
    {
      denyRule: {
        deniedPrincipals: [MINTER_PRINCIPAL],
        deniedPermissions: permissions.map((p) => `iam.googleapis.com/serviceAccounts.${p}`),
      },
    },
  ],
});

describe('A deny policy', () => {
  let cloud: ChainCloud;
  beforeEach(async () => {
    const bindings = [
      binding('roles/iam.denyAdmin', admin),
      binding('roles/iam.denyReviewer', reviewer),
    ];
    cloud = await openChainCloud({
      ...chainWorld(),
      organization: { id: '900000000001', policy: { bindings } },
    });
    await cloud.call(admin, 'POST', `${POLICIES}?policyId=no-relay`, denying('signJwt'));
  });
  afterEach(() => cloud.close());

  it('denies its updated permissions only, and nothing after its deletion', async () => {
    const path = `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`;
    const scope = ['https://www.googleapis.com/auth/cloud-platform'];
    const mint = async () => outcomeOf(await cloud.call(minter, 'POST', path, { scope }));

    expect(await mint()).toBe('200');
    await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, denying('getAccessToken'));
    expect(await mint()).toBe('403 PERMISSION_DENIED iam.serviceAccounts.getAccessToken');
    await cloud.call(admin, 'DELETE', `${POLICIES}/no-relay`);
    expect(await mint()).toBe('200');
  });

  it('keeps its ID and creation time in an update, and gets a new etag', async () => {
    const { body: before } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
    await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, { ...before, displayName: 'new' });
    const { body: after } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
    expect(after).toEqual({ ...before, displayName: 'new', etag: expect.any(String) });
    expect(after.etag).not.toBe(before.etag);
  });

  it.each<{ write: string; method: string; request: (etag: string) => [string, object?] }>([
    {
      write: 'updated',
      method: 'PUT',
      request: (etag) => [`${POLICIES}/no-relay`, { ...denying('signBlob'), etag }],
    },
    {
      write: 'deleted',
      method: 'DELETE',
      request: (etag) => [`${POLICIES}/no-relay?etag=${encodeURIComponent(etag)}`],
    },
  ])('is not $write under a stale etag', async ({ method, request }) => {
    const { body } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
    const stale = await cloud.call(admin, method, ...request('c3RhbGU='));
    expect(outcomeOf(stale)).toBe('409 ABORTED');
    const fresh = await cloud.call(admin, method, ...request(String(body.etag)));
    expect(fresh.status).toBe(200);
  });

  it('is not updated by a caller without the permission', async () => {
    const response = await cloud.call(minter, 'PUT', `${POLICIES}/no-relay`, denying());
    expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED iam.denypolicies.update');
  });

  it.each(['projects/acme-ops', 'projects/700000000001'])(
    'on %s is listed without its rules and returned with them',
    async (container) => {
      const listed = {
        name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-ops/denypolicies/no-relay',
        kind: 'DenyPolicy',
      };
      const { body } = await cloud.call(reviewer, 'GET', pathOn(container));
      expect(body.policies).toEqual([expect.objectContaining(listed)]);
      expect(body.policies).not.toEqual([expect.objectContaining(denying('signJwt'))]);
      const one = await cloud.call(reviewer, 'GET', `${pathOn(container)}/no-relay`);
      expect(one.body).toMatchObject({ ...listed, ...denying('signJwt') });
    },
  );

  it('is not listed on another container', async () => {
    const path = pathOn('organizations/900000000001');
    expect((await cloud.call(reviewer, 'GET', path)).body).toEqual({});
  });

  it('is created, returned and deleted under the name that gcloud encodes twice', async () => {
    const container = encodeURIComponent(
      'cloudresourcemanager.googleapis.com/organizations/900000000001',
    );
    const path = `/v2/policies/${encodeURIComponent(container)}/denypolicies`;
    const policy = denying('signBlob');
    const create = (as: string) => cloud.call(as, 'POST', `${path}?policyId=no-blob`, policy);
    expect(outcomeOf(await create(reviewer))).toBe('403 PERMISSION_DENIED iam.denypolicies.create');
    expect((await create(admin)).body).toMatchObject({ done: true, response: policy });
    expect(outcomeOf(await create(admin))).toBe('409 ALREADY_EXISTS');
    expect((await cloud.call(reviewer, 'GET', `${path}/no-blob`)).body).toMatchObject(policy);
    expect((await cloud.call(admin, 'DELETE', `${path}/no-blob`)).status).toBe(200);
    const gone = await cloud.call(reviewer, 'GET', `${path}/no-blob`);
    expect(outcomeOf(gone)).toBe('404 NOT_FOUND');
  });

  it('is not listed for a caller without the permission', async () => {
    expect(outcomeOf(await cloud.call(stranger, 'GET', POLICIES))).toBe(
      '403 PERMISSION_DENIED iam.denypolicies.list',
    );
  });
});
