import {
  account,
  binding,
  type ChainCloud,
  minter,
  OPS,
  openChainCloud,
  outcomeOf,
  relay,
} from '../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const role = 'roles/iam.serviceAccountTokenCreator';
const path = `/v1/projects/-/serviceAccounts/${relay}`;
const condition = { title: 't', expression: "request.time < timestamp('2027-01-01T00:00:00Z')" };
const conditional = { ...binding(role, account(minter)), condition };
const plain = binding(role, account(minter));

describe('A policy', () => {
  let cloud: ChainCloud;
  beforeEach(async () => {
    cloud = await openChainCloud();
  });
  afterEach(() => cloud.close());

  const set = (policy: object, updateMask?: string) =>
    cloud.call(owner, 'POST', `${path}:setIamPolicy`, {
      policy,
      ...(updateMask && { updateMask }),
    });
  const get = async (version = 3) => {
    const query = `options.requestedPolicyVersion=${version}`;
    const { body } = await cloud.call(owner, 'POST', `${path}:getIamPolicy?${query}`);
    return body as { etag: string; version: number; bindings: object[]; auditConfigs?: object[] };
  };

  it('that was never written has only an etag', async () => {
    const response = await cloud.call(
      owner,
      'POST',
      `/v1/projects/-/serviceAccounts/${minter}:getIamPolicy`,
    );
    expect(response.body).toEqual({ etag: 'ACAB' });
  });

  it('is stored as it was written, under a new etag', async () => {
    const before = await get();
    const { body } = await set({ bindings: [conditional], etag: before.etag, version: 3 });
    expect(body).toEqual({ version: 3, bindings: [conditional], etag: expect.any(String) });
    expect(body.etag).not.toBe(before.etag);
    expect(await get()).toEqual(body);
  });

  it('without conditions has version 1, even when version 3 is written and requested', async () => {
    expect((await set({ bindings: [plain], version: 3 })).body.version).toBe(1);
    expect((await get(3)).version).toBe(1);
  });

  it('in version 1 shows a conditional binding under a role that does not exist', async () => {
    await set({ bindings: [conditional], version: 3 });
    expect(await get(1)).toMatchObject({
      version: 1,
      bindings: [
        { role: expect.stringMatching(/^roles\/iam\.serviceAccountTokenCreator_withcond_/) },
      ],
    });
    expect((await get(1)).bindings[0]).not.toHaveProperty('condition');
  });

  it('is not written under a stale etag, and the error shows both etags', async () => {
    const { etag } = await get();
    await set({ bindings: [plain], etag });
    const { status, body } = await set({ bindings: [conditional], etag, version: 3 });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      error: {
        status: 'ABORTED',
        message: expect.stringMatching(
          /^There were concurrent policy changes\. Please retry the whole read-modify-write with exponential backoff\. The request's ETag '\\007\\006.*' did not match the current policy's ETag '\\007\\006.*'\.$/,
        ),
      },
    });
    expect((await get()).bindings).toEqual([plain]);
  });

  it('loses its conditions when a write has no etag and no conditions', async () => {
    await set({ bindings: [conditional], version: 3 });
    expect((await set({ bindings: [plain] })).body.bindings).toEqual([plain]);
  });

  it('with conditions is not written in version 1 under its etag', async () => {
    const { body } = await set({ bindings: [conditional], version: 3 });
    expect(outcomeOf(await set({ bindings: [plain], etag: body.etag, version: 1 }))).toBe(
      '400 INVALID_ARGUMENT',
    );
  });

  it('keeps its audit configuration until a write contains another one', async () => {
    const auditConfigs = [
      { service: 'iam.googleapis.com', auditLogConfigs: [{ logType: 'DATA_READ' }] },
    ];
    await set({ bindings: [plain], auditConfigs });
    expect((await set({ bindings: [] })).body.auditConfigs).toEqual(auditConfigs);
    expect((await set({ bindings: [plain], auditConfigs: [] })).body).not.toHaveProperty(
      'auditConfigs',
    );
  });

  it('becomes empty when gcloud writes an etag and a version without bindings', async () => {
    const { etag } = await get();
    expect((await set({ etag, version: 3 })).body).toEqual({
      version: 1,
      etag: expect.any(String),
    });
  });

  it('takes effect after it has propagated, whether it adds or removes a grant', async () => {
    cloud.state.settings.propagationSeconds = 60;
    const mint = async () =>
      (await cloud.call(minter, 'POST', `${path}:generateAccessToken`, { scope: ['openid'] }))
        .status;
    expect(await mint()).toBe(200);
    await set({ bindings: [] });
    expect(await mint()).toBe(200);
    cloud.state.advance(60);
    expect(await mint()).toBe(403);
    await set({ bindings: [plain] });
    expect(await mint()).toBe(403);
    cloud.state.advance(60);
    expect(await mint()).toBe(200);
  });

  it.each<{ situation: string; policy: object }>([
    {
      situation: 'a condition in version 1',
      policy: { bindings: [conditional], version: 1 },
    },
    { situation: 'a condition without a version', policy: { bindings: [conditional] } },
    { situation: 'version 2', policy: { bindings: [plain], version: 2 } },
    {
      situation: 'a predefined role that does not exist',
      policy: { bindings: [binding('roles/iam.serviceAccountTokenCreater', account(minter))] },
    },
    {
      situation: 'a custom role that does not exist',
      policy: { bindings: [binding('projects/acme-ops/roles/no', account(minter))] },
    },
    {
      situation: 'a custom role of another project',
      policy: { bindings: [binding('projects/acme-data/roles/other', account(minter))] },
    },
    {
      situation: 'a service account that does not exist',
      policy: { bindings: [binding(role, account(`nobody@${OPS}`))] },
    },
    {
      situation: 'a member without a type prefix',
      policy: { bindings: [binding(role, minter)] },
    },
    {
      situation: 'a condition on a basic role',
      policy: {
        version: 3,
        bindings: [{ ...binding('roles/owner', account(minter)), condition }],
      },
    },
    {
      situation: 'a condition for all users',
      policy: { version: 3, bindings: [{ ...binding(role, 'allUsers'), condition }] },
    },
    {
      situation: 'an invalid condition expression',
      policy: {
        version: 3,
        bindings: [{ ...plain, condition: { title: 't', expression: 'request.time <' } }],
      },
    },
    {
      situation: 'more than 1,500 members',
      policy: {
        bindings: [binding(role, ...Array.from({ length: 1501 }, (_, i) => `user:u${i}@acme.com`))],
      },
    },
    {
      situation: 'more than 250 groups',
      policy: {
        bindings: [binding(role, ...Array.from({ length: 251 }, (_, i) => `group:g${i}@acme.com`))],
      },
    },
    {
      situation: 'more than 1,500 members, with those that an audit configuration exempts',
      policy: {
        bindings: [binding(role, ...Array.from({ length: 1499 }, (_, i) => `user:u${i}@acme.com`))],
        auditConfigs: [
          {
            service: 'iam.googleapis.com',
            auditLogConfigs: [
              { logType: 'DATA_READ', exemptedMembers: ['user:a@acme.com', 'user:b@acme.com'] },
            ],
          },
        ],
      },
    },
    {
      situation: 'more than 20 conditions of one role and one member',
      policy: {
        version: 3,
        bindings: Array.from({ length: 21 }, (_, i) => ({
          ...plain,
          condition: { ...condition, title: `t${i}` },
        })),
      },
    },
    {
      situation: 'a field that Google does not have',
      policy: { bindings: [{ ...plain, principals: [] }] },
    },
  ])('with $situation is refused', async ({ policy }) => {
    await cloud.seed({
      accounts: [],
      roles: [{ name: 'projects/acme-data/roles/other', includedPermissions: [] }],
    });
    expect(outcomeOf(await set(policy))).toBe('400 INVALID_ARGUMENT');
  });

  it('drops a binding without members', async () => {
    const { body } = await set({ bindings: [binding('roles/viewer'), plain] });
    expect(body.bindings).toEqual([plain]);
  });

  it.each(['allUsers', 'allAuthenticatedUsers'])('of a project cannot name %s', async (member) => {
    const response = await cloud.call(owner, 'POST', '/v1/projects/acme-ops:setIamPolicy', {
      policy: { bindings: [binding('roles/owner', owner), binding('roles/viewer', member)] },
    });
    expect(outcomeOf(response)).toBe('400 INVALID_ARGUMENT');
  });

  it("may name Google's own accounts, deleted accounts, groups, domains and federated identities", async () => {
    const members = [
      'serviceAccount:service-700000000001@gcp-sa-pubsub.iam.gserviceaccount.com',
      'serviceAccount:service-700000000001@compute-system.iam.gserviceaccount.com',
      'serviceAccount:700000000001-compute@developer.gserviceaccount.com',
      `deleted:${account(`gone@${OPS}`)}?uid=100000000000000000099`,
      'serviceAccount:acme-ops.svc.id.goog[ns/ksa]',
      'group:oncall@acme.com',
      'domain:acme.com',
      'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s',
      'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*',
    ];
    const { body } = await set({ bindings: [binding(role, ...members)] });
    expect(body.bindings).toEqual([binding(role, ...members)]);
  });

  it('can be read and written only with the permission', async () => {
    const read = await cloud.call(minter, 'POST', `${path}:getIamPolicy`);
    expect(outcomeOf(read)).toBe('403 PERMISSION_DENIED iam.serviceAccounts.getIamPolicy');
    const write = await cloud.call(minter, 'POST', `${path}:setIamPolicy`, { policy: {} });
    expect(outcomeOf(write)).toBe('403 PERMISSION_DENIED iam.serviceAccounts.setIamPolicy');
  });
});
