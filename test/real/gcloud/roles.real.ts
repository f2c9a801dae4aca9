import {
  deniedFor,
  type Gcloud,
  jsonOf,
  type LocalWithGcloud,
  openLocalWithGcloud,
} from './gcloud.ts';

const ROLE = 'projects/acme-ops/roles/hopOnly';
const HOP = 'iam.serviceAccounts.implicitDelegation';
const TARGETS = 'relay@acme-ops.iam.gserviceaccount.com,vault@acme-ops.iam.gserviceaccount.com';

let local: LocalWithGcloud;
let owner: Gcloud;
let ada: Gcloud;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  [owner, ada] = await Promise.all([
    local.as('user:owner@acme.com'),
    local.as('user:ada@acme.com'),
  ]);
});
afterAll(() => local.close());

const role = (verb: string, ...more: string[]) =>
  owner(`iam roles ${verb} hopOnly --project=acme-ops --format=json`, ...more);

describe('gcloud iam roles', () => {
  it("describes Google's own roles for every account", async () => {
    const [creator, unknown] = await Promise.all([
      ada('iam roles describe roles/iam.serviceAccountTokenCreator --format=json'),
      ada('iam roles describe roles/iam.nope'),
    ]);
    expect(jsonOf<{ includedPermissions: string[] }>(creator)).toMatchObject({
      name: 'roles/iam.serviceAccountTokenCreator',
      stage: 'GA',
      etag: 'AA==',
      includedPermissions: expect.arrayContaining([HOP, 'iam.serviceAccounts.getAccessToken']),
    });
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('not found') });
  });

  it('creates a role that grants its permissions until it is disabled or deleted', async () => {
    const created = await role('create', '--title=Hop', `--permissions=${HOP}`, '--stage=GA');
    expect(jsonOf(created)).toMatchObject({ name: ROLE, includedPermissions: [HOP] });
    const bound = await owner(
      `iam service-accounts add-iam-policy-binding relay@acme-ops.iam.gserviceaccount.com --member=user:ada@acme.com --role=${ROLE}`,
    );
    expect(bound.code).toBe(0);
    const mint = async () =>
      (await ada(`auth print-access-token --impersonate-service-account=${TARGETS}`)).code;
    expect(await mint()).toBe(0);

    expect(jsonOf(await role('update', '--stage=DISABLED'))).toMatchObject({ stage: 'DISABLED' });
    expect(await mint()).toBe(1);
    await role('update', '--stage=GA');
    expect(await mint()).toBe(0);

    expect(jsonOf(await role('delete'))).toMatchObject({ deleted: true });
    const [minted, listed, all] = await Promise.all([
      mint(),
      owner('iam roles list --project=acme-ops --format=json'),
      owner('iam roles list --project=acme-ops --show-deleted --format=json'),
    ]);
    expect(minted).toBe(1);
    expect(jsonOf<object[]>(listed)).toEqual([]);
    expect(jsonOf<object[]>(all)).toMatchObject([{ name: ROLE, deleted: true }]);
    await role('undelete');
    expect(await mint()).toBe(0);
  });

  it('adds permissions and removes them', async () => {
    const more = jsonOf(await role('update', '--add-permissions=iam.serviceAccounts.get'));
    expect(more).toMatchObject({ includedPermissions: ['iam.serviceAccounts.get', HOP] });
    const less = jsonOf(await role('update', `--remove-permissions=${HOP}`));
    expect(less).toMatchObject({ includedPermissions: ['iam.serviceAccounts.get'] });
  });

  it('fails for an existing role, for an unknown permission, and without the right to create roles', async () => {
    const [again, unknown, forbidden] = await Promise.all([
      role('create', `--permissions=${HOP}`),
      owner('iam roles create other --project=acme-ops --permissions=iam.serviceAccounts.fly'),
      ada(`iam roles create mine --project=acme-ops --permissions=${HOP}`),
    ]);
    expect([again.code, unknown.code]).toEqual([1, 1]);
    expect(again.err).toContain('A role named hopOnly in projects/acme-ops already exists.');
    expect(unknown.err).toContain('iam.serviceAccounts.fly is not valid');
    expect(forbidden).toEqual(deniedFor('iam.roles.create'));
  });
});
