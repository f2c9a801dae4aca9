import { type ChainCloud, openChainCloud, outcomeOf } from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com'; // of the project acme-ops
const reviewer = 'user:rita@acme.com'; // of the organization
const stranger = 'user:stranger@acme.com';

let cloud: ChainCloud;
beforeAll(async () => {
  cloud = await openChainCloud();
  await cloud.seed({
    organization: {
      id: '900000000001',
      policy: {
        bindings: [
          'roles/iam.securityReviewer',
          'roles/browser',
          'roles/resourcemanager.folderViewer',
        ].map((role) => ({ role, members: [reviewer] })),
      },
    },
    accounts: [],
    projects: [{ id: 'acme-web', parent: 'folders/800000000001' }],
  });
});
afterAll(() => cloud.close());

describe('A project', () => {
  it.each(['acme-ops', '700000000001'])('is returned under %s, with its parent', async (id) => {
    const { body } = await cloud.call(reviewer, 'GET', `/v3/projects/${id}`);
    expect(body).toMatchObject({
      name: 'projects/700000000001',
      projectId: 'acme-ops',
      parent: 'folders/800000000001',
      state: 'ACTIVE',
    });
  });

  it('is returned in the form of v1 to gcloud', async () => {
    const { body } = await cloud.call(reviewer, 'GET', '/v1/projects/acme-ops');
    expect(body).toMatchObject({
      projectNumber: '700000000001',
      projectId: 'acme-ops',
      lifecycleState: 'ACTIVE',
      parent: { type: 'folder', id: '800000000001' },
    });
  });

  it('has its ancestry up to the organization', async () => {
    const { body } = await cloud.call(reviewer, 'POST', '/v1/projects/acme-ops:getAncestry', {});
    expect(body).toEqual({
      ancestor: [
        { resourceId: { type: 'project', id: 'acme-ops' } },
        { resourceId: { type: 'folder', id: '800000000001' } },
        { resourceId: { type: 'organization', id: '900000000001' } },
      ],
    });
  });

  it.each([
    { as: reviewer, path: '/v3/projects:search', ids: ['acme-data', 'acme-ops', 'acme-web'] },
    { as: owner, path: '/v1/projects', ids: ['acme-ops'] },
    { as: stranger, path: '/v1/projects', ids: undefined },
  ])('is listed at $path for $as only when the caller may get it', async ({ as, path, ids }) => {
    const { body } = await cloud.call(as, 'GET', path);
    const projects = body.projects as { projectId: string }[] | undefined;
    expect(projects?.map(({ projectId }) => projectId)).toEqual(ids);
  });
});

describe('A folder', () => {
  it('is returned with its parent', async () => {
    const { body } = await cloud.call(reviewer, 'GET', '/v3/folders/800000000001');
    expect(body).toMatchObject({
      name: 'folders/800000000001',
      parent: 'organizations/900000000001',
      displayName: 'prod',
    });
  });

  it.each(['v2', 'v3'])('is listed below its parent in %s', async (version) => {
    const path = `/${version}/folders?parent=organizations/900000000001`;
    const { body } = await cloud.call(reviewer, 'GET', path);
    expect(body.folders).toMatchObject([{ name: 'folders/800000000001' }]);
  });
});

describe('An organization', () => {
  it('is returned without a parent', async () => {
    const { body } = await cloud.call(reviewer, 'GET', '/v3/organizations/900000000001');
    expect(body).toMatchObject({ name: 'organizations/900000000001' });
    expect(body).not.toHaveProperty('parent');
  });

  it('is found only by a caller that may get it', async () => {
    const search = async (as: string) =>
      (await cloud.call(as, 'POST', '/v1/organizations:search', {})).body;
    expect(await search(reviewer)).toMatchObject({
      organizations: [{ name: 'organizations/900000000001' }],
    });
    expect(await search(stranger)).toEqual({});
  });
});

describe('A container', () => {
  it.each([
    {
      situation: 'a project that exists',
      path: '/v3/projects/acme-ops',
      permission: 'resourcemanager.projects.get',
    },
    {
      situation: 'a project that does not exist',
      path: '/v3/projects/nowhere',
      permission: 'resourcemanager.projects.get',
    },
    {
      situation: 'a folder',
      path: '/v3/folders/800000000001',
      permission: 'resourcemanager.folders.get',
    },
  ])('is refused to a stranger with $permission: $situation', async ({ path, permission }) => {
    expect(outcomeOf(await cloud.call(stranger, 'GET', path))).toBe(
      `403 PERMISSION_DENIED ${permission}`,
    );
  });

  it.each(['/v1/projects/acme-ops', '/v3/projects/acme-ops', '/v3/projects/700000000001'])(
    'has one policy, which %s reads and writes',
    async (path) => {
      const options = { requestedPolicyVersion: 3 };
      const { body: read } = await cloud.call(owner, 'POST', `${path}:getIamPolicy`, { options });
      expect(read).toMatchObject({ bindings: [{ role: 'roles/owner', members: [owner] }] });
      const { status, body } = await cloud.call(owner, 'POST', `${path}:setIamPolicy`, {
        policy: read,
      });
      expect(status).toBe(200);
      expect(body.bindings).toEqual(read.bindings);
    },
  );

  it('reads the version of the policy from the body', async () => {
    const options = { requestedPolicyVersion: 2 };
    const path = '/v3/folders/800000000001:getIamPolicy';
    const response = await cloud.call(reviewer, 'POST', path, { options });
    expect(outcomeOf(response)).toBe('400 INVALID_ARGUMENT');
  });

  const permissions = ['resourcemanager.projects.get', 'resourcemanager.projects.setIamPolicy'];
  it.each([
    { as: owner, granted: { permissions } },
    { as: reviewer, granted: { permissions: permissions.slice(0, 1) } },
    { as: stranger, granted: {} },
  ])('returns from testIamPermissions what $as has', async ({ as, granted }) => {
    const path = '/v1/projects/acme-ops:testIamPermissions';
    expect((await cloud.call(as, 'POST', path, { permissions })).body).toEqual(granted);
  });
});
