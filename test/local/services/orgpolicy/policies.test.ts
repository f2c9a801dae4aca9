import { type Acme, DATA, openAcme, refusalOf } from '../../chain-cloud.ts';

const CONSTRAINT = 'iam.allowServiceAccountCredentialLifetimeExtension';
const set = {
  name: `projects/700000000002/policies/${CONSTRAINT}`,
  spec: { rules: [{ values: { allowedValues: [`batch@${DATA}`] } }] },
};

describe('An organization policy that is set on a project', () => {
  let cloud: Acme;
  beforeAll(async () => {
    cloud = await openAcme();
    const role = { role: 'roles/orgpolicy.policyViewer', members: ['user:ada@acme.com'] };
    cloud.state.policies.set('organizations/900000000001', { bindings: [role] });
  });
  afterAll(() => cloud.close());

  it('is there by itself and in the list, with the number of its project', async () => {
    const own = await cloud.call(
      'user:ada@acme.com',
      'GET',
      `/v2/projects/acme-data/policies/${CONSTRAINT}`,
    );
    expect(own.body).toEqual(set);
    const list = await cloud.call('user:ada@acme.com', 'GET', '/v2/projects/acme-data/policies');
    expect(list.body).toEqual({ policies: [set] });
  });

  it('is not set on what lies beside it', async () => {
    const path = `/v2/projects/acme-ops/policies/${CONSTRAINT}`;
    expect(refusalOf(await cloud.call('user:ada@acme.com', 'GET', path))).toBe('404 NOT_FOUND');
    const list = await cloud.call('user:ada@acme.com', 'GET', '/v2/folders/800000000001/policies');
    expect(list.body).toEqual({});
  });

  it.each([
    [`/v2/projects/acme-data/policies/${CONSTRAINT}`, 'orgpolicy.policy.get'],
    ['/v2/projects/acme-data/policies', 'orgpolicy.policies.list'],
  ])('%s asks for %s', async (path, permission) => {
    const answer = await cloud.call(`batch@${DATA}`, 'GET', path);
    expect(refusalOf(answer)).toBe(`403 PERMISSION_DENIED ${permission}`);
  });
});
