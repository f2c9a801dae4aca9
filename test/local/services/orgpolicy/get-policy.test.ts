import { type ChainCloud, DATA, openChainCloud, outcomeOf } from '../../chain-cloud.ts';

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
