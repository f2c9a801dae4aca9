import { type Answer, openWorld, PROJECT, type World } from '../project-cloud.ts';

const SECRETS = `/v1/projects/${PROJECT}/secrets`;
const automatic = { replication: { automatic: {} } };

let world: World;
let owner: (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;
const local = (method: string, path: string, body?: unknown) =>
  owner(method, `/_local/${path}`, body);
const errorOf = ({ body }: Answer) =>
  body.error as { status: string; message: string; details: object[] };
const statuses = async (calls: number, call: () => Promise<Answer>) => {
  const seen: number[] = [];
  for (let i = 0; i < calls; i++) seen.push((await call()).status);
  return seen;
};

beforeEach(async () => {
  world = await openWorld();
  owner = world.as('owner');
  await owner('POST', `${SECRETS}?secretId=billing`, automatic);
});
afterEach(() => world.close());

describe('A fault', () => {
  const get = () => owner('GET', `${SECRETS}/billing`);

  it('strikes as often as it says, where method and path match', async () => {
    await local('PUT', 'faults', [{ path: 'secrets/bill', method: 'get', times: 2, status: 503 }]);
    expect(await statuses(1, () => owner('GET', SECRETS))).toEqual([200]);
    expect(
      await statuses(1, () => owner('PATCH', `${SECRETS}/billing?updateMask=labels`, {})),
    ).toEqual([200]);
    expect(await statuses(3, get)).toEqual([503, 503, 200]);
    expect((await local('GET', 'faults')).body).toMatchObject([{ times: 0 }]);
  });

  it.each([
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [502, 'INTERNAL'],
  ])("of status %i answers in Google's envelope as %s", async (status, code) => {
    await local('PUT', 'faults', [{ path: '.', status }]);
    const answer = await get();
    expect([answer.status, errorOf(answer).status]).toEqual([status, code]);
  });

  it('never strikes /_local, and is healed by an empty list', async () => {
    await local('PUT', 'faults', [{ path: '.', status: 503 }]);
    expect((await local('GET', 'settings')).status).toBe(200);
    await local('PUT', 'faults', []);
    expect((await get()).status).toBe(200);
  });

  it('of a reset cuts the connection before the work', async () => {
    await local('PUT', 'faults', [{ path: 'secretId=lost', reset: true }]);
    await expect(owner('POST', `${SECRETS}?secretId=lost`, automatic)).rejects.toThrow();
    await local('PUT', 'faults', []);
    expect((await owner('GET', `${SECRETS}/lost`)).status).toBe(404);
  });

  it('of a lost answer cuts it after the work', async () => {
    await local('PUT', 'faults', [{ path: 'secretId=lost', loseAnswer: true }]);
    await expect(owner('POST', `${SECRETS}?secretId=lost`, automatic)).rejects.toThrow();
    expect((await owner('GET', `${SECRETS}/lost`)).status).toBe(200);
    const { body } = await local('GET', 'requests');
    expect((body.requests as object[]).at(-2)).toMatchObject({ method: 'POST', status: 0 });
  });

  it('of latency answers late, and rightly', async () => {
    await local('PUT', 'faults', [{ path: '.', latencyMs: 60 }]);
    const from = performance.now();
    expect((await get()).status).toBe(200);
    expect(performance.now() - from).toBeGreaterThan(55);
  });

  it('strikes with its probability', async () => {
    const draws = [0.1, 0.9, 0.4];
    Object.assign(world.state, { random: () => draws.shift() ?? 1 });
    await local('PUT', 'faults', [{ path: '.', probability: 0.5, status: 503 }]);
    expect(await statuses(3, get)).toEqual([503, 200, 503]);
  });

  it.each([
    ['a path that is no regular expression', [{ path: '(' }]],
    ['no path', [{ status: 503 }]],
    ['a probability over one', [{ path: '.', probability: 2 }]],
    ['a status of success', [{ path: '.', status: 200 }]],
    ['an unknown key', [{ path: '.', latency: 5 }]],
  ])('is refused with %s', async (_title, faults) => {
    expect((await local('PUT', 'faults', faults)).status).toBe(400);
    expect((await local('GET', 'faults')).body).toEqual([]);
  });
});

describe('A quota', () => {
  const read = () => owner('GET', `${SECRETS}/billing`);

  it('lets through what a minute allows, refuses the rest, and begins anew', async () => {
    await local('PUT', 'settings', { quotas: { 'secretmanager/read': 2 } });
    expect(await statuses(3, read)).toEqual([200, 200, 429]);
    world.state.advance(59);
    expect(await statuses(1, read)).toEqual([429]);
    world.state.advance(1);
    expect(await statuses(1, read)).toEqual([200]);
  });

  it('tells in its refusal what was exhausted, and whose', async () => {
    await local('PUT', 'settings', { quotas: { 'secretmanager/write': 0 } });
    const answer = await owner('DELETE', `${SECRETS}/billing`);
    expect(errorOf(answer)).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: expect.stringContaining("consumer 'project_number:700000000001'"),
      details: [{ reason: 'RATE_LIMIT_EXCEEDED', metadata: { consumer: 'projects/700000000001' } }],
    });
    expect((await read()).status).toBe(200);
  });

  it('is none until it is asked for, and then as published', async () => {
    expect((await local('GET', 'settings')).body).toEqual({
      propagationSeconds: 0,
      staleReadSeconds: 0,
      quotas: {},
      duplicateDeliveries: 0,
    });
    const { body } = await local('PUT', 'settings', { quotas: true });
    expect(body.quotas).toMatchObject({
      'secretmanager/write': 600,
      'secretmanager/read': 600,
      'secretmanager/access': 90_000,
      'iam/deny_read': 5,
    });
    const seen = await statuses(601, () => owner('GET', `${SECRETS}/nope`));
    expect([seen.slice(0, 600).every((s) => s === 404), seen[600]]).toEqual([true, 429]);
    await local('PUT', 'settings', { quotas: false });
    expect((await read()).status).toBe(200);
  });

  it.each([
    ['secretmanager/access', 'GET', `${SECRETS}/billing/versions/latest:access`],
    ['secretmanager/read', 'GET', `${SECRETS}/billing/versions`],
    ['secretmanager/read', 'GET', `${SECRETS}/billing:getIamPolicy`],
    ['secretmanager/write', 'POST', `${SECRETS}/billing:addVersion`],
    ['secretmanager/write', 'POST', `${SECRETS}/billing:setIamPolicy`],
    [
      'iamcredentials/generate',
      'POST',
      '/v1/projects/-/serviceAccounts/x@acme-ops.iam.gserviceaccount.com:generateAccessToken',
    ],
    [
      'iamcredentials/sign',
      'POST',
      '/v1/projects/-/serviceAccounts/x@acme-ops.iam.gserviceaccount.com:signJwt',
    ],
    [
      'iam/deny_read',
      'GET',
      `/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${PROJECT}/denypolicies`,
    ],
    ['oauth2/tokeninfo', 'GET', '/tokeninfo?access_token=x'],
  ])('of %s counts %s %s', async (quota, method, path) => {
    await local('PUT', 'settings', { quotas: { [quota]: 0 } });
    expect((await owner(method, path, method === 'POST' ? {} : undefined)).status).toBe(429);
  });
});

describe('The settings', () => {
  it.each([
    ['a negative time', { staleReadSeconds: -1 }],
    ['half a delivery', { duplicateDeliveries: 0.5 }],
    ['an unknown name', { stale: 1 }],
  ])('refuse %s', async (_title, settings) => {
    expect((await local('PUT', 'settings', settings)).status).toBe(400);
  });

  it('change only what is named', async () => {
    await local('PUT', 'settings', { propagationSeconds: 90 });
    const { body } = await local('PUT', 'settings', { staleReadSeconds: 5 });
    expect(body).toMatchObject({ propagationSeconds: 90, staleReadSeconds: 5 });
  });

  it('delay a policy until it has propagated', async () => {
    await local('PUT', 'settings', { propagationSeconds: 90 });
    const ada = world.as('ada');
    await owner('POST', `${SECRETS}/billing:setIamPolicy`, {
      policy: {
        bindings: [{ role: 'roles/secretmanager.viewer', members: ['user:ada@acme.com'] }],
      },
    });
    const read = () => ada('GET', `${SECRETS}/billing`);
    expect((await read()).status).toBe(403);
    world.state.advance(89);
    expect((await read()).status).toBe(403);
    world.state.advance(1);
    expect((await read()).status).toBe(200);
  });
});

describe('A tick', () => {
  const topic = `projects/${PROJECT}/topics/hopmint-tick`;
  const received = async (name = topic) => {
    const path = name.replace('/topics/', '/subscriptions/pull-');
    const { body } = await owner('POST', `/v1/${path}:pull`, { maxMessages: 10 });
    return ((body.receivedMessages ?? []) as { message: { data: string } }[]).map(({ message }) =>
      Buffer.from(message.data, 'base64').toString(),
    );
  };
  const make = async (name: string) => {
    await owner('PUT', `/v1/${name}`, {});
    await owner('PUT', `/v1/${name.replace('/topics/', '/subscriptions/pull-')}`, { topic: name });
  };

  it('is {} on the topic that is called so', async () => {
    await make(topic);
    expect((await local('POST', 'tick')).body).toMatchObject({ topic });
    expect(await received()).toEqual(['{}']);
  });

  it('is what the body says, on the topic that it names', async () => {
    const other = `projects/${PROJECT}/topics/other`;
    await make(other);
    await local('POST', 'tick', { topic: other, only: ['billing'], force: true });
    expect(await received(other)).toEqual(['{"only":["billing"],"force":true}']);
  });

  it.each([
    ['no topic is called so', undefined, 404],
    ['the topic it names is not there', { topic: `projects/${PROJECT}/topics/nope` }, 404],
    ['the topic it names is no name', { topic: 'nope' }, 400],
  ])('is refused when %s', async (_title, body, status) => {
    expect((await local('POST', 'tick', body)).status).toBe(status);
  });
});
