import {
  binding,
  type ChainCloud,
  chainWorld,
  DATA,
  openChainCloud,
  outcomeOf,
} from '../../chain-cloud.ts';

const constraint = 'constraints/iam.allowServiceAccountCredentialLifetimeExtension';
const admin = 'user:ada@acme.com';

describe('An organization policy of a project, in Resource Manager v1 as gcloud uses it,', () => {
  let cloud: ChainCloud;
  beforeEach(async () => {
    const world = chainWorld();
    const role = binding('roles/orgpolicy.policyAdmin', admin);
    cloud = await openChainCloud({
      ...world,
      organization: { ...world.organization, policy: { bindings: [role] } },
    });
  });
  afterEach(() => cloud.close());
  const call = (verb: string, project: string, body: object, as = admin) =>
    cloud.call(as, 'POST', `/v1/projects/${project}:${verb}`, body);
  const effectiveSpec = async (project: string) => {
    const name = constraint.replace('constraints/', '');
    const path = `/v2/projects/${project}/policies/${name}:getEffectivePolicy`;
    return (await cloud.call(admin, 'GET', path)).body.spec;
  };

  it('is returned when it is set on the project itself', async () => {
    expect((await call('getOrgPolicy', 'acme-data', { constraint })).body).toEqual({
      constraint,
      listPolicy: { allowedValues: [`batch@${DATA}`] },
    });
    expect((await call('getOrgPolicy', 'acme-ops', { constraint })).body).toEqual({ constraint });
  });

  it('takes effect when it is set', async () => {
    const policy = { constraint, listPolicy: { allowedValues: ['a@b.c'] }, etag: 'BwX=' };
    expect((await call('setOrgPolicy', 'acme-ops', { policy })).status).toBe(200);
    expect(await effectiveSpec('acme-ops')).toEqual({
      rules: [{ values: { allowedValues: ['a@b.c'] } }],
    });
  });

  it('is not set by a caller without the permission', async () => {
    const policy = { constraint, listPolicy: { allValues: 'ALLOW' } };
    const response = await call('setOrgPolicy', 'acme-ops', { policy }, `batch@${DATA}`);
    expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED orgpolicy.policies.update');
  });
});
