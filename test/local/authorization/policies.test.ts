import {
  type Acme,
  account,
  binding,
  minter,
  OPS,
  openAcme,
  refusalOf,
  relay,
} from '../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const role = 'roles/iam.serviceAccountTokenCreator';
const path = `/v1/projects/-/serviceAccounts/${relay}`;
const condition = { title: 't', expression: "request.time < timestamp('2027-01-01T00:00:00Z')" };
const conditional = { ...binding(role, account(minter)), condition };
const plain = binding(role, account(minter));

describe('a policy', () => {
  let cloud: Acme;
  beforeEach(async () => {
    cloud = await openAcme();
  });
  afterEach(() => cloud.close());

  const set = (policy: object, updateMask?: string) =>
    cloud.call(owner, 'POST', `${path}:setIamPolicy`, {
      policy,
      ...(updateMask && { updateMask }),
    });
  const get = async (version = 3) =>
    (
      await cloud.call(
        owner,
        'POST',
        `${path}:getIamPolicy?options.requestedPolicyVersion=${version}`,
      )
    ).body as { etag: string; version: number; bindings: object[]; auditConfigs?: object[] };

  it('of a resource that never had one is an etag alone', async () => {
    const answer = await cloud.call(
      owner,
      'POST',
      `/v1/projects/-/serviceAccounts/${minter}:getIamPolicy`,
    );
    expect(answer.body).toEqual({ etag: 'ACAB' });
  });

  it('that is written is answered as it is stored, under a new etag', async () => {
    const before = await get();
    const { body } = await set({ bindings: [conditional], etag: before.etag, version: 3 });
    expect(body).toEqual({ version: 3, bindings: [conditional], etag: expect.any(String) });
    expect(body.etag).not.toBe(before.etag);
    expect(await get()).toEqual(body);
  });

  it('has version 1 without conditions, whatever version is asked for or written', async () => {
    expect((await set({ bindings: [plain], version: 3 })).body.version).toBe(1);
    expect((await get(3)).version).toBe(1);
  });

  it('hides its conditions from who asks for version 1, and grants them to nobody there', async () => {
    await set({ bindings: [conditional], version: 3 });
    expect(await get(1)).toMatchObject({
      version: 1,
      bindings: [
        { role: expect.stringMatching(/^roles\/iam\.serviceAccountTokenCreator_withcond_/) },
      ],
    });
    expect((await get(1)).bindings[0]).not.toHaveProperty('condition');
  });

  it('is not written under an etag that is no longer current, and both etags are told', async () => {
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

  it('is overwritten blindly without an etag, conditions and all', async () => {
    await set({ bindings: [conditional], version: 3 });
    expect((await set({ bindings: [plain] })).body.bindings).toEqual([plain]);
  });

  it('that has conditions is not written under its etag in version 1', async () => {
    const { body } = await set({ bindings: [conditional], version: 3 });
    expect(refusalOf(await set({ bindings: [plain], etag: body.etag, version: 1 }))).toBe(
      '400 INVALID_ARGUMENT',
    );
  });

  it('keeps its audit configuration until that is written too', async () => {
    const auditConfigs = [
      { service: 'iam.googleapis.com', auditLogConfigs: [{ logType: 'DATA_READ' }] },
    ];
    await set({ bindings: [plain], auditConfigs });
    expect((await set({ bindings: [] })).body.auditConfigs).toEqual(auditConfigs);
    expect((await set({ bindings: [plain], auditConfigs: [] })).body).not.toHaveProperty(
      'auditConfigs',
    );
  });

  it('is emptied by gcloud with nothing but an etag and a version', async () => {
    const { etag } = await get();
    expect((await set({ etag, version: 3 })).body).toEqual({
      version: 1,
      etag: expect.any(String),
    });
  });

  it('that is new takes effect once it has propagated, and so does the loss of a grant', async () => {
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

  describe('is refused that has', () => {
    const cases: [title: string, policy: object][] = [
      ['a condition in version 1', { bindings: [conditional], version: 1 }],
      ['a condition in no version', { bindings: [conditional] }],
      ['version 2', { bindings: [plain], version: 2 }],
      ['a binding without members', { bindings: [binding(role)] }],
      [
        'a role that nobody knows',
        { bindings: [binding('roles/iam.serviceAccountTokenCreater', account(minter))] },
      ],
      [
        'a custom role that is not there',
        { bindings: [binding('projects/acme-ops/roles/no', account(minter))] },
      ],
      [
        'a custom role of another project',
        { bindings: [binding('projects/acme-data/roles/other', account(minter))] },
      ],
      [
        'a service account that is not there',
        { bindings: [binding(role, account(`nobody@${OPS}`))] },
      ],
      ['a member without its kind', { bindings: [binding(role, minter)] }],
      [
        'a condition on a basic role',
        { version: 3, bindings: [{ ...binding('roles/owner', account(minter)), condition }] },
      ],
      [
        'a condition for everyone',
        { version: 3, bindings: [{ ...binding(role, 'allUsers'), condition }] },
      ],
      [
        'a condition that is no expression',
        {
          version: 3,
          bindings: [{ ...plain, condition: { title: 't', expression: 'request.time <' } }],
        },
      ],
      [
        'more than 1,500 members',
        {
          bindings: [
            binding(role, ...Array.from({ length: 1501 }, (_, i) => `user:u${i}@acme.com`)),
          ],
        },
      ],
      ['a field that Google does not have', { bindings: [{ ...plain, principals: [] }] }],
    ];
    it.each(cases)('%s', async (_title, policy) => {
      await cloud.call(undefined, 'POST', '/_local/seed', {
        accounts: [],
        roles: [{ name: 'projects/acme-data/roles/other', includedPermissions: [] }],
      });
      expect(refusalOf(await set(policy))).toBe('400 INVALID_ARGUMENT');
    });
  });

  it("may name Google's own accounts, deleted ones, groups, domains and federated identities", async () => {
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

  it('is for those to read and write who may', async () => {
    const read = await cloud.call(minter, 'POST', `${path}:getIamPolicy`);
    expect(refusalOf(read)).toBe('403 PERMISSION_DENIED iam.serviceAccounts.getIamPolicy');
    const write = await cloud.call(minter, 'POST', `${path}:setIamPolicy`, { policy: {} });
    expect(refusalOf(write)).toBe('403 PERMISSION_DENIED iam.serviceAccounts.setIamPolicy');
  });
});
