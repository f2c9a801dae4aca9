import { type ChainCloud, DATA, openChainCloud, outcomeOf } from '../../chain-cloud.ts';

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
    const response = await get('projects/acme-data', LIFETIME_EXTENSION, 'user:stranger@acme.com');
    expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED orgpolicy.policy.get');
  });
});
