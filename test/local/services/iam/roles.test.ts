import { type ChainCloud, openChainCloud, outcomeOf } from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com';
const stranger = 'user:stranger@acme.com';
const ROLES = '/v1/projects/acme-ops/roles';
const hopOnly = {
  title: 'Hop only',
  includedPermissions: ['iam.serviceAccounts.implicitDelegation'],
  stage: 'GA',
};

let cloud: ChainCloud;
beforeEach(async () => {
  cloud = await openChainCloud();
});
afterEach(() => cloud.close());

describe('A predefined role', () => {
  it('is returned to any caller, with its permissions', async () => {
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
    'like %s has no permission for impersonation',
    async (name) => {
      const { body } = await cloud.call(stranger, 'GET', `/v1/${name}`);
      expect((body.includedPermissions as string[]).join()).not.toMatch(
        /getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt/,
      );
    },
  );

  it('that does not exist is 404', async () => {
    expect(outcomeOf(await cloud.call(owner, 'GET', '/v1/roles/iam.noSuchRole'))).toBe(
      '404 NOT_FOUND',
    );
  });
});

describe('A custom role', () => {
  const name = 'projects/acme-ops/roles/hopOnly';
  const create = (role = hopOnly) => cloud.call(owner, 'POST', ROLES, { roleId: 'hopOnly', role });

  it('is created and returned', async () => {
    const created = await create();
    expect(created.body).toEqual({ name, ...hopOnly, etag: expect.any(String) });
    expect((await cloud.call(owner, 'GET', `/v1/${name}`)).body).toEqual(created.body);
  });

  it('is listed without its permissions', async () => {
    await create();
    const listed = (await cloud.call(owner, 'GET', ROLES)).body.roles as object[];
    expect(listed).toEqual([
      expect.not.objectContaining({ includedPermissions: expect.anything() }),
    ]);
  });

  it('changes in the fields of the mask only, and gets a new etag', async () => {
    const created = await create();
    const changed = await cloud.call(owner, 'PATCH', `/v1/${name}?updateMask=includedPermissions`, {
      includedPermissions: ['iam.serviceAccounts.signJwt'],
      title: 'not in the mask',
    });
    expect(changed.body).toMatchObject({
      title: 'Hop only',
      includedPermissions: ['iam.serviceAccounts.signJwt'],
    });
    expect(changed.body.etag).not.toBe(created.body.etag);
  });

  it('that is deleted is listed with showDeleted only, until it is undeleted', async () => {
    await create();
    expect((await cloud.call(owner, 'DELETE', `/v1/${name}`)).body).toMatchObject({
      deleted: true,
    });
    expect((await cloud.call(owner, 'GET', ROLES)).body).toEqual({});
    const { body } = await cloud.call(owner, 'GET', `${ROLES}?showDeleted=True`);
    expect(body.roles).toHaveLength(1);
    const undeleted = await cloud.call(owner, 'POST', `/v1/${name}:undelete`, {});
    expect(undeleted.body).not.toHaveProperty('deleted');
  });

  it('is not changed under a stale etag', async () => {
    const { body } = await create();
    const patch = () =>
      cloud.call(owner, 'PATCH', `${ROLES}/hopOnly`, { description: 'mine', etag: body.etag });
    expect((await patch()).status).toBe(200);
    expect(outcomeOf(await patch())).toBe('409 ABORTED');
  });

  it.each([
    {
      situation: 'by a caller without the permission',
      outcome: '403 PERMISSION_DENIED iam.roles.create',
      as: stranger,
      body: { roleId: 'hopOnly' },
    },
    {
      situation: 'with an ID that is too short',
      outcome: '400 INVALID_ARGUMENT',
      as: owner,
      body: { roleId: 'no' },
    },
    {
      situation: 'with a permission that does not exist',
      outcome: '400 INVALID_ARGUMENT',
      as: owner,
      body: { roleId: 'hopOnly', role: { includedPermissions: ['iam.serviceAccounts.mint'] } },
    },
  ])('is not created $situation', async ({ outcome, as, body }) => {
    expect(outcomeOf(await cloud.call(as, 'POST', ROLES, body))).toBe(outcome);
  });

  it('is not created twice with the same ID', async () => {
    await cloud.call(owner, 'POST', ROLES, { roleId: 'hopOnly' });
    expect(outcomeOf(await cloud.call(owner, 'POST', ROLES, { roleId: 'hopOnly' }))).toBe(
      '409 ALREADY_EXISTS',
    );
  });
});

describe('queryTestablePermissions', () => {
  it('returns the permissions that gcloud checks before it creates a role', async () => {
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
