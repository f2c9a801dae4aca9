import { type ChainCloud, DATA, openChainCloud, outcomeOf } from '../../chain-cloud.ts';

describe('Get policy:', () => {
  const CONSTRAINT = 'iam.allowServiceAccountCredentialLifetimeExtension';
  const viewer = 'user:ada@acme.com';
  const policy = {
    name: `projects/700000000002/policies/${CONSTRAINT}`,
    spec: { rules: [{ values: { allowedValues: [`batch@${DATA}`] } }] },
  };

  describe('An organization policy that is set on a project', () => {
    let cloud: ChainCloud;
    beforeAll(async () => {
      cloud = await openChainCloud();
      const role = { role: 'roles/orgpolicy.policyViewer', members: [viewer] };
      cloud.state.policies.set('organizations/900000000001', { bindings: [role] });
    });
    afterAll(() => cloud.close());

    it('is returned and listed under the number of the project', async () => {
      const path = '/v2/projects/acme-data/policies';
      expect((await cloud.call(viewer, 'GET', `${path}/${CONSTRAINT}`)).body).toEqual(policy);
      expect((await cloud.call(viewer, 'GET', path)).body).toEqual({ policies: [policy] });
    });

    it('is not returned for another project, and not listed for a folder', async () => {
      const path = `/v2/projects/acme-ops/policies/${CONSTRAINT}`;
      expect(outcomeOf(await cloud.call(viewer, 'GET', path))).toBe('404 NOT_FOUND');
      const list = await cloud.call(viewer, 'GET', '/v2/folders/800000000001/policies');
      expect(list.body).toEqual({});
    });

    it.each([
      {
        method: 'get',
        path: `/v2/projects/acme-data/policies/${CONSTRAINT}`,
        permission: 'orgpolicy.policy.get',
      },
      {
        method: 'list',
        path: '/v2/projects/acme-data/policies',
        permission: 'orgpolicy.policies.list',
      },
    ])('needs $permission for $method', async ({ path, permission }) => {
      const response = await cloud.call(`batch@${DATA}`, 'GET', path);
      expect(outcomeOf(response)).toBe(`403 PERMISSION_DENIED ${permission}`);
    });
  });
});

describe('Get effective policy:', () => {
  const viewer = 'user:rita@acme.com';
  const LIFETIME_EXTENSION = 'iam.allowServiceAccountCredentialLifetimeExtension';

  describe('An effective organization policy', () => {
    let cloud: ChainCloud;
    beforeAll(async () => {
      cloud = await openChainCloud();
      await cloud.seed({
        organization: {
          id: '900000000001',
          policy: { bindings: [{ role: 'roles/orgpolicy.policyViewer', members: [viewer] }] },
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

    const get = (container: string, constraint: string, as = viewer) =>
      cloud.call(as, 'GET', `/v2/${container}/policies/${constraint}:getEffectivePolicy`);

    it('of a project has the number of the project in its name', async () => {
      expect((await get('projects/acme-data', LIFETIME_EXTENSION)).body).toEqual({
        name: `projects/700000000002/policies/${LIFETIME_EXTENSION}`,
        spec: { rules: [{ values: { allowedValues: [`batch@${DATA}`] } }] },
      });
    });

    it('denies everything when no container has a policy', async () => {
      expect((await get('projects/acme-ops', LIFETIME_EXTENSION)).body).toMatchObject({
        spec: { rules: [{ denyAll: true }] },
      });
    });

    it.each([
      {
        situation: 'is inherited by a folder',
        container: 'folders/800000000001',
        allowedValues: ['top'],
      },
      {
        situation: 'is merged in a project whose policy inherits',
        container: 'projects/acme-web',
        allowedValues: ['web', 'top'],
      },
    ])('$situation', async ({ container, allowedValues }) => {
      const { body } = await get(container, 'iam.allowOther');
      expect(body.spec).toEqual({ rules: [{ values: { allowedValues } }] });
    });

    it('is not returned to a caller without the permission', async () => {
      const response = await get(
        'projects/acme-data',
        LIFETIME_EXTENSION,
        'user:stranger@acme.com',
      );
      expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED orgpolicy.policy.get');
    });
  });
});

describe('An organization policy', () => {
  const admin = 'user:ada@acme.com';
  const name = 'projects/700000000001/policies/gcp.resourceLocations';
  const path = '/v2/projects/acme-ops/policies';
  const rule = (allowedValues: string[]) => ({
    name,
    spec: { rules: [{ values: { allowedValues } }] },
  });
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud();
    const role = { role: 'roles/orgpolicy.policyAdmin', members: [admin] };
    cloud.state.policies.set('organizations/900000000001', { bindings: [role] });
  });
  afterAll(() => cloud.close());

  it('is created, changed and deleted, with an entry of the audit log each', async () => {
    const call = (method: string, below = '', body?: object) =>
      cloud.call(admin, method, `${path}${below}`, body);
    expect((await call('PATCH', '/gcp.resourceLocations', rule(['in:eu-locations']))).status).toBe(
      404,
    );
    const { body } = await call('POST', '', rule(['in:eu-locations']));
    expect(body).toEqual(rule(['in:eu-locations']));
    expect((await call('POST', '', rule(['in:us-locations']))).status).toBe(409);
    await call('PATCH', '/gcp.resourceLocations', rule(['in:us-locations']));
    const effective = await call('GET', '/gcp.resourceLocations:getEffectivePolicy');
    expect(effective.body).toEqual(rule(['in:us-locations']));
    expect((await call('DELETE', '/gcp.resourceLocations')).body).toEqual({});
    expect((await call('GET', '/gcp.resourceLocations')).status).toBe(404);
    const methods = cloud.state.log.map(({ protoPayload }) =>
      protoPayload.methodName.split('.').at(-1),
    );
    expect(methods.slice(-2)).toEqual(['UpdatePolicy', 'DeletePolicy']);
  });

  it('without a rule is refused', async () => {
    expect((await cloud.call(admin, 'POST', path, { name, spec: {} })).status).toBe(400);
  });
});
