import { type Acme, DATA, openAcme, refusalOf } from '../../chain-cloud.ts';

const owner = 'user:owner@acme.com'; // of the project
const rita = 'user:rita@acme.com'; // security reviewer of the organization
const stranger = 'user:stranger@acme.com';

describe('Resource Manager', () => {
  let cloud: Acme;
  beforeAll(async () => {
    cloud = await openAcme();
    await cloud.call(undefined, 'POST', '/_local/seed', {
      organization: {
        id: '900000000001',
        policy: {
          bindings: [
            { role: 'roles/iam.securityReviewer', members: [rita] },
            { role: 'roles/browser', members: [rita] },
            { role: 'roles/resourcemanager.folderViewer', members: [rita] },
            { role: 'roles/orgpolicy.policyViewer', members: [rita] },
            { role: 'roles/iam.denyReviewer', members: [rita] },
          ],
        },
        orgPolicies: { 'iam.allowOther': { allowedValues: ['top'] } },
      },
      accounts: [],
      projects: [
        {
          id: 'acme-web',
          parent: 'folders/800000000001',
          orgPolicies: {
            'constraints/iam.allowOther': { allowedValues: ['web'], inheritFromParent: true },
          },
        },
      ],
    });
  });
  afterAll(() => cloud.close());

  it('tells a project by ID and by number, with its parent', async () => {
    for (const id of ['acme-ops', '700000000001']) {
      const { body } = await cloud.call(rita, 'GET', `/v3/projects/${id}`);
      expect(body).toMatchObject({
        name: 'projects/700000000001',
        projectId: 'acme-ops',
        parent: 'folders/800000000001',
        state: 'ACTIVE',
      });
    }
  });

  it('tells a project to gcloud in the form of v1', async () => {
    const { body } = await cloud.call(rita, 'GET', '/v1/projects/acme-ops');
    expect(body).toMatchObject({
      projectNumber: '700000000001',
      projectId: 'acme-ops',
      lifecycleState: 'ACTIVE',
      parent: { type: 'folder', id: '800000000001' },
    });
  });

  it('tells folder and organization', async () => {
    expect((await cloud.call(rita, 'GET', '/v3/folders/800000000001')).body).toMatchObject({
      name: 'folders/800000000001',
      parent: 'organizations/900000000001',
      displayName: 'prod',
    });
    const top = await cloud.call(rita, 'GET', '/v3/organizations/900000000001');
    expect(top.body).toMatchObject({ name: 'organizations/900000000001' });
    expect(top.body).not.toHaveProperty('parent');
  });

  it('tells the way up from a project', async () => {
    const { body } = await cloud.call(rita, 'POST', '/v1/projects/acme-ops:getAncestry', {});
    expect(body).toEqual({
      ancestor: [
        { resourceId: { type: 'project', id: 'acme-ops' } },
        { resourceId: { type: 'folder', id: '800000000001' } },
        { resourceId: { type: 'organization', id: '900000000001' } },
      ],
    });
  });

  it('refuses what one may not see, there or not, with the permission', async () => {
    const get = async (path: string) => refusalOf(await cloud.call(stranger, 'GET', path));
    const denied = '403 PERMISSION_DENIED resourcemanager.projects.get';
    expect(await get('/v3/projects/acme-ops')).toBe(denied);
    expect(await get('/v3/projects/nowhere')).toBe(denied);
    expect(await get('/v3/folders/800000000001')).toBe(
      '403 PERMISSION_DENIED resourcemanager.folders.get',
    );
  });

  it('lists the projects that one may see, and no other', async () => {
    const ids = async (as: string, path: string) =>
      (
        (await cloud.call(as, 'GET', path)).body.projects as { projectId: string }[] | undefined
      )?.map(({ projectId }) => projectId);
    expect(await ids(rita, '/v3/projects:search')).toEqual(['acme-data', 'acme-ops', 'acme-web']);
    expect(await ids(owner, '/v1/projects')).toEqual(['acme-ops']);
    expect(await ids(stranger, '/v1/projects')).toBeUndefined();
  });

  it.each(['/v1/projects/acme-ops', '/v3/projects/acme-ops', '/v3/projects/700000000001'])(
    'reads and writes one policy of a project at %s',
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

  it('lists folders below a parent and the organizations that one may see', async () => {
    const parent = '?parent=organizations/900000000001';
    for (const version of ['v2', 'v3']) {
      const { body } = await cloud.call(rita, 'GET', `/${version}/folders${parent}`);
      expect(body.folders).toMatchObject([{ name: 'folders/800000000001' }]);
    }
    const search = async (as: string) =>
      (await cloud.call(as, 'POST', '/v1/organizations:search', {})).body;
    expect(await search(rita)).toMatchObject({
      organizations: [{ name: 'organizations/900000000001' }],
    });
    expect(await search(stranger)).toEqual({});
  });

  it('takes the version of a policy in the body', async () => {
    const options = { requestedPolicyVersion: 2 };
    const answer = await cloud.call(rita, 'POST', '/v3/folders/800000000001:getIamPolicy', {
      options,
    });
    expect(refusalOf(answer)).toBe('400 INVALID_ARGUMENT');
  });

  it('tells a caller what it holds on a container', async () => {
    const permissions = ['resourcemanager.projects.get', 'resourcemanager.projects.setIamPolicy'];
    const ask = async (as: string) =>
      (await cloud.call(as, 'POST', '/v1/projects/acme-ops:testIamPermissions', { permissions }))
        .body;
    expect(await ask(owner)).toEqual({ permissions });
    expect(await ask(rita)).toEqual({ permissions: permissions.slice(0, 1) });
    expect(await ask(stranger)).toEqual({});
  });

  describe('the effective organization policy', () => {
    const get = (container: string, constraint: string, as = rita) =>
      cloud.call(as, 'GET', `/v2/${container}/policies/${constraint}:getEffectivePolicy`);
    const extension = 'iam.allowServiceAccountCredentialLifetimeExtension';

    it('of a project is told with its number', async () => {
      expect((await get('projects/acme-data', extension)).body).toEqual({
        name: `projects/700000000002/policies/${extension}`,
        spec: { rules: [{ values: { allowedValues: [`batch@${DATA}`] } }] },
      });
    });

    it('denies where nothing is set', async () => {
      expect((await get('projects/acme-ops', extension)).body).toMatchObject({
        spec: { rules: [{ denyAll: true }] },
      });
    });

    it('is inherited, and merged where the lower one says so', async () => {
      const values = async (container: string) =>
        (await get(container, 'iam.allowOther')).body.spec as object;
      expect(await values('folders/800000000001')).toEqual({
        rules: [{ values: { allowedValues: ['top'] } }],
      });
      expect(await values('projects/acme-web')).toEqual({
        rules: [{ values: { allowedValues: ['web', 'top'] } }],
      });
    });

    it('is for those who may read it', async () => {
      expect(refusalOf(await get('projects/acme-data', extension, stranger))).toBe(
        '403 PERMISSION_DENIED orgpolicy.policy.get',
      );
    });
  });

  describe('deny policies', () => {
    const on = (container: string) =>
      `/v2/policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`)}/denypolicies`;
    const rules = [
      {
        denyRule: {
          deniedPrincipals: ['principalSet://goog/public:all'],
          deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
        },
      },
    ];

    it('are listed without their rules and got with them, by project ID or number', async () => {
      await cloud.call(undefined, 'POST', '/_local/seed', {
        accounts: [],
        denyPolicies: [{ attachedTo: 'projects/acme-ops', name: 'no-minting', rules }],
      });
      const name =
        'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-ops/denypolicies/no-minting';
      const listed = { name, kind: 'DenyPolicy' };
      for (const project of ['projects/acme-ops', 'projects/700000000001']) {
        const { body } = await cloud.call(rita, 'GET', on(project));
        expect(body.policies).toEqual([expect.objectContaining(listed)]);
        expect(body.policies).not.toEqual([expect.objectContaining({ rules })]);
        const got = await cloud.call(rita, 'GET', `${on(project)}/no-minting`);
        expect(got.body).toMatchObject({ ...listed, rules });
      }
      expect((await cloud.call(rita, 'GET', on('organizations/900000000001'))).body).toEqual({});
    });

    it('are made and taken away, and found under the name that gcloud encodes twice', async () => {
      const acme = encodeURIComponent(
        'cloudresourcemanager.googleapis.com/organizations/900000000001',
      );
      const twice = `/v2/policies/${encodeURIComponent(acme)}/denypolicies`;
      const denier = 'user:denier@acme.com';
      await cloud.call(undefined, 'POST', '/_local/seed', {
        organization: {
          id: '900000000001',
          policy: {
            bindings: [
              { role: 'roles/iam.denyAdmin', members: [denier] },
              { role: 'roles/iam.denyReviewer', members: [rita] },
            ],
          },
        },
        accounts: [],
      });
      const create = (as: string) => cloud.call(as, 'POST', `${twice}?policyId=no-blob`, { rules });
      expect(refusalOf(await create(rita))).toBe('403 PERMISSION_DENIED iam.denypolicies.create');
      expect((await create(denier)).body).toMatchObject({ done: true, response: { rules } });
      expect(refusalOf(await create(denier))).toBe('409 ALREADY_EXISTS');
      expect((await cloud.call(rita, 'GET', `${twice}/no-blob`)).body).toMatchObject({ rules });
      expect((await cloud.call(denier, 'DELETE', `${twice}/no-blob`)).status).toBe(200);
      expect(refusalOf(await cloud.call(rita, 'GET', `${twice}/no-blob`))).toBe('404 NOT_FOUND');
    });

    it('are for those who may read them', async () => {
      expect(refusalOf(await cloud.call(stranger, 'GET', on('projects/acme-ops')))).toBe(
        '403 PERMISSION_DENIED iam.denypolicies.list',
      );
    });
  });
});
