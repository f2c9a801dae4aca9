import { type Caller, errorOf, PROJECT, type ProjectCloud } from '../project-cloud.ts';
import { openControlCloud, SECRETS, statusesOf } from './control-cloud.ts';

let cloud: ProjectCloud;
let owner: Caller;
let control: Caller;
beforeEach(async () => {
  ({ cloud, owner, control } = await openControlCloud());
});
afterEach(() => cloud.close());

describe('A quota', () => {
  const read = () => owner('GET', `${SECRETS}/billing`);

  it('allows its number of calls in a minute, refuses the others, and starts again', async () => {
    await control('PUT', 'settings', { quotas: { 'secretmanager/read': 2 } });
    expect(await statusesOf(3, read)).toEqual([200, 200, 429]);
    cloud.state.advance(59);
    expect(await statusesOf(1, read)).toEqual([429]);
    cloud.state.advance(1);
    expect(await statusesOf(1, read)).toEqual([200]);
  });

  it('names the quota and the project in its error', async () => {
    await control('PUT', 'settings', { quotas: { 'secretmanager/write': 0 } });
    const response = await owner('DELETE', `${SECRETS}/billing`);
    expect(errorOf(response)).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: expect.stringContaining("consumer 'project_number:700000000001'"),
      details: [{ reason: 'RATE_LIMIT_EXCEEDED', metadata: { consumer: 'projects/700000000001' } }],
    });
    expect((await read()).status).toBe(200);
  });

  it('does not exist until the settings add it, and `true` adds the published quotas', async () => {
    expect((await control('GET', 'settings')).body).toEqual({
      propagationSeconds: 0,
      staleReadSeconds: 0,
      quotas: {},
      duplicateDeliveries: 0,
      eventDelaySeconds: 0,
      eventLossProbability: 0,
    });
    const { body } = await control('PUT', 'settings', { quotas: true });
    expect(body.quotas).toMatchObject({
      'secretmanager/write': 600,
      'secretmanager/read': 600,
      'secretmanager/access': 90_000,
      'iam/deny_read': 5,
    });
    const statuses = await statusesOf(601, () => owner('GET', `${SECRETS}/nope`));
    expect(statuses.slice(0, 600).every((status) => status === 404)).toBe(true);
    expect(statuses[600]).toBe(429);
    await control('PUT', 'settings', { quotas: false });
    expect((await read()).status).toBe(200);
  });

  const ACCOUNT = '/v1/projects/-/serviceAccounts/x@acme-ops.iam.gserviceaccount.com';
  const DENY_POLICIES = `/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${PROJECT}/denypolicies`;
  it.each([
    {
      quota: 'secretmanager/access',
      method: 'GET',
      path: `${SECRETS}/billing/versions/latest:access`,
    },
    { quota: 'secretmanager/read', method: 'GET', path: `${SECRETS}/billing/versions` },
    { quota: 'secretmanager/read', method: 'GET', path: `${SECRETS}/billing:getIamPolicy` },
    { quota: 'secretmanager/write', method: 'POST', path: `${SECRETS}/billing:addVersion` },
    { quota: 'secretmanager/write', method: 'POST', path: `${SECRETS}/billing:setIamPolicy` },
    {
      quota: 'iamcredentials/generate',
      method: 'POST',
      path: `${ACCOUNT}:generateAccessToken`,
    },
    { quota: 'iamcredentials/sign', method: 'POST', path: `${ACCOUNT}:signJwt` },
    { quota: 'iam/deny_read', method: 'GET', path: DENY_POLICIES },
    { quota: 'oauth2/tokeninfo', method: 'GET', path: '/tokeninfo?access_token=x' },
  ])('on $quota counts $method $path', async ({ quota, method, path }) => {
    await control('PUT', 'settings', { quotas: { [quota]: 0 } });
    expect((await owner(method, path, method === 'POST' ? {} : undefined)).status).toBe(429);
  });
});
