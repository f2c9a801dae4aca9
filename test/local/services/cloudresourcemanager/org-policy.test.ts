import { type Acme, acme, binding, DATA, openAcme, refusalOf } from '../../chain-cloud.ts';

const constraint = 'constraints/iam.allowServiceAccountCredentialLifetimeExtension';
const admin = 'user:ada@acme.com';

describe('An organization policy by Resource Manager v1, as gcloud changes it', () => {
  let cloud: Acme;
  beforeEach(async () => {
    const seed = acme();
    const role = binding('roles/orgpolicy.policyAdmin', admin);
    cloud = await openAcme({
      ...seed,
      organization: { ...seed.organization, policy: { bindings: [role] } },
    });
  });
  afterEach(() => cloud.close());
  const call = (verb: string, project: string, body: object, as = admin) =>
    cloud.call(as, 'POST', `/v1/projects/${project}:${verb}`, body);
  const effective = async (project: string) => {
    const path = `/v2/projects/${project}/policies/${constraint.slice(12)}:getEffectivePolicy`;
    return (await cloud.call(admin, 'GET', path)).body.spec;
  };

  it('is what is set on the project itself', async () => {
    expect((await call('getOrgPolicy', 'acme-data', { constraint })).body).toEqual({
      constraint,
      listPolicy: { allowedValues: [`batch@${DATA}`] },
    });
    expect((await call('getOrgPolicy', 'acme-ops', { constraint })).body).toEqual({ constraint });
  });

  it('is in effect once it is set', async () => {
    const policy = { constraint, listPolicy: { allowedValues: ['a@b.c'] }, etag: 'BwX=' };
    expect((await call('setOrgPolicy', 'acme-ops', { policy })).status).toBe(200);
    expect(await effective('acme-ops')).toEqual({
      rules: [{ values: { allowedValues: ['a@b.c'] } }],
    });
  });

  it('is changed only by who may', async () => {
    const policy = { constraint, listPolicy: { allValues: 'ALLOW' } };
    const answer = await call('setOrgPolicy', 'acme-ops', { policy }, `batch@${DATA}`);
    expect(refusalOf(answer)).toBe('403 PERMISSION_DENIED orgpolicy.policies.update');
  });
});
