import { type Acme, openAcme, refusalOf } from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const stranger = 'user:stranger@acme.com';
const roles = '/v1/projects/acme-ops/roles';
const hopOnly = {
  title: 'Hop only',
  includedPermissions: ['iam.serviceAccounts.implicitDelegation'],
  stage: 'GA',
};

describe('roles', () => {
  let cloud: Acme;
  beforeEach(async () => {
    cloud = await openAcme();
  });
  afterEach(() => cloud.close());

  it("of Google's are told to everybody, with what they hold", async () => {
    const { body } = await cloud.call(stranger, 'GET', '/v1/roles/iam.serviceAccountTokenCreator');
    expect(body).toMatchObject({
      name: 'roles/iam.serviceAccountTokenCreator',
      title: 'Service Account Token Creator',
      stage: 'GA',
      etag: 'AA==',
    });
    expect(body.includedPermissions).toEqual(
      expect.arrayContaining([
        'iam.serviceAccounts.getAccessToken',
        'iam.serviceAccounts.getOpenIdToken',
        'iam.serviceAccounts.implicitDelegation',
        'iam.serviceAccounts.signBlob',
        'iam.serviceAccounts.signJwt',
      ]),
    );
  });

  it.each(['roles/owner', 'roles/editor', 'roles/iam.serviceAccountUser'])(
    'of Google, like %s, hold none of the impersonation permissions',
    async (name) => {
      const { body } = await cloud.call(stranger, 'GET', `/v1/${name}`);
      expect((body.includedPermissions as string[]).join()).not.toMatch(
        /getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt/,
      );
    },
  );

  it('of Google that do not exist are 404', async () => {
    expect(refusalOf(await cloud.call(owner, 'GET', '/v1/roles/iam.noSuchRole'))).toBe(
      '404 NOT_FOUND',
    );
  });

  it('of a project are created, read, listed, changed, deleted and undeleted', async () => {
    const created = await cloud.call(owner, 'POST', roles, { roleId: 'hopOnly', role: hopOnly });
    const name = 'projects/acme-ops/roles/hopOnly';
    expect(created.body).toEqual({ name, ...hopOnly, etag: expect.any(String) });
    expect((await cloud.call(owner, 'GET', `/v1/${name}`)).body).toEqual(created.body);
    const listed = (await cloud.call(owner, 'GET', roles)).body.roles as object[];
    expect(listed).toEqual([
      expect.not.objectContaining({ includedPermissions: expect.anything() }),
    ]);

    const changed = await cloud.call(owner, 'PATCH', `/v1/${name}?updateMask=includedPermissions`, {
      includedPermissions: ['iam.serviceAccounts.signJwt'],
      title: 'not in the mask',
    });
    expect(changed.body).toMatchObject({
      title: 'Hop only',
      includedPermissions: ['iam.serviceAccounts.signJwt'],
    });
    expect(changed.body.etag).not.toBe(created.body.etag);

    expect((await cloud.call(owner, 'DELETE', `/v1/${name}`)).body).toMatchObject({
      deleted: true,
    });
    expect((await cloud.call(owner, 'GET', roles)).body).toEqual({});
    expect((await cloud.call(owner, 'GET', `${roles}?showDeleted=True`)).body.roles).toHaveLength(
      1,
    );
    const back = await cloud.call(owner, 'POST', `/v1/${name}:undelete`, {});
    expect(back.body).not.toHaveProperty('deleted');
  });

  it('are not changed under an etag that is no longer current', async () => {
    const { body } = await cloud.call(owner, 'POST', roles, { roleId: 'hopOnly', role: hopOnly });
    const patch = () =>
      cloud.call(owner, 'PATCH', `${roles}/hopOnly`, { description: 'mine', etag: body.etag });
    expect((await patch()).status).toBe(200);
    expect(refusalOf(await patch())).toBe('409 ABORTED');
  });

  const refused: [title: string, expected: string, as: string, body: object][] = [
    [
      'a caller who may not',
      '403 PERMISSION_DENIED iam.roles.create',
      stranger,
      { roleId: 'hopOnly' },
    ],
    ['an ID that is too short', '400 INVALID_ARGUMENT', owner, { roleId: 'no' }],
    [
      'a permission that is none',
      '400 INVALID_ARGUMENT',
      owner,
      { roleId: 'hopOnly', role: { includedPermissions: ['iam.serviceAccounts.mint'] } },
    ],
  ];
  it.each(refused)('are not created for %s', async (_title, expected, as, body) => {
    expect(refusalOf(await cloud.call(as, 'POST', roles, body))).toBe(expected);
  });

  it('are created twice under no name', async () => {
    await cloud.call(owner, 'POST', roles, { roleId: 'hopOnly' });
    expect(refusalOf(await cloud.call(owner, 'POST', roles, { roleId: 'hopOnly' }))).toBe(
      '409 ALREADY_EXISTS',
    );
  });

  it('can be built from permissions that gcloud asks for first', async () => {
    const { body } = await cloud.call(owner, 'POST', '/v1/permissions:queryTestablePermissions', {
      fullResourceName: '//127.0.0.1:9100/projects/acme-ops',
      pageSize: 1000,
    });
    expect(body.permissions).toContainEqual({
      name: 'iam.serviceAccounts.implicitDelegation',
      stage: 'GA',
    });
  });
});
