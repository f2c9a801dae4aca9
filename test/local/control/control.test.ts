import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { type ChainCloud, openChainCloud, relay } from '../chain-cloud.ts';
import { type Caller, codeOf, errorOf, PROJECT, type ProjectCloud } from '../project-cloud.ts';
import { automatic, openControlCloud, SECRETS, statusesOf } from './control-cloud.ts';

describe('POST /_local/clock', () => {
  it('moves the local clock', async () => {
    const cloud = await openChainCloud();
    const { body } = await cloud.call(undefined, 'POST', '/_local/clock', { advanceSeconds: 90 });
    await cloud.close();
    expect(body).toMatchObject({ now: '2026-11-22T12:01:30.000Z' });
  });
});

describe('GET /_local/clock', () => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await startLocalCloud();
  });
  afterEach(() => cloud.close());

  it('says how far the local clock is ahead of the clock of the machine', async () => {
    const read = async () =>
      (await (await fetch(`${cloud.url}/_local/clock`)).json()) as { aheadSeconds: number };
    expect((await read()).aheadSeconds).toBeCloseTo(0, 1);
    cloud.state.advance(90);
    expect((await read()).aheadSeconds).toBeCloseTo(90, 1);
  });
});

let cloud: ProjectCloud;
let owner: Caller;
let control: Caller;
/** Opens a new cloud with a project for each test of a `describe`. */
function openForEach() {
  beforeEach(async () => {
    ({ cloud, owner, control } = await openControlCloud());
  });
  afterEach(() => cloud.close());
}

describe('Quotas:', () => {
  openForEach();

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
        details: [
          { reason: 'RATE_LIMIT_EXCEEDED', metadata: { consumer: 'projects/700000000001' } },
        ],
      });
      expect((await read()).status).toBe(200);
    });

    it('does not exist until the settings add it, and `true` adds the published quotas', async () => {
      expect((await control('GET', 'settings')).body).toEqual({
        propagationSeconds: 0,
        staleReadSeconds: 0,
        newAccountSeconds: 0,
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
});

describe('Settings:', () => {
  openForEach();

  describe('PUT /_local/settings', () => {
    it.each([
      { situation: 'a negative time', settings: { staleReadSeconds: -1 } },
      { situation: 'half a delivery', settings: { duplicateDeliveries: 0.5 } },
      { situation: 'a loss of more than all events', settings: { eventLossProbability: 1.1 } },
      { situation: 'an unknown setting', settings: { stale: 1 } },
    ])('refuses $situation', async ({ settings }) => {
      expect((await control('PUT', 'settings', settings)).status).toBe(400);
    });

    it('changes only the settings in the request', async () => {
      await control('PUT', 'settings', { propagationSeconds: 90 });
      const { body } = await control('PUT', 'settings', { staleReadSeconds: 5 });
      expect(body).toMatchObject({ propagationSeconds: 90, staleReadSeconds: 5 });
    });

    it('with `propagationSeconds` delays the effect of a new policy', async () => {
      await control('PUT', 'settings', { propagationSeconds: 90 });
      const ada = cloud.as('ada');
      await owner('POST', `${SECRETS}/billing:setIamPolicy`, {
        policy: {
          bindings: [{ role: 'roles/secretmanager.viewer', members: ['user:ada@acme.com'] }],
        },
      });
      const read = () => ada('GET', `${SECRETS}/billing`);
      expect((await read()).status).toBe(403);
      cloud.state.advance(89);
      expect((await read()).status).toBe(403);
      cloud.state.advance(1);
      expect((await read()).status).toBe(200);
    });
  });
});

describe('Faults:', () => {
  openForEach();

  describe('A fault', () => {
    const get = () => owner('GET', `${SECRETS}/billing`);

    it('strikes as many calls as `times` says, and only where method and path match', async () => {
      const fault = { path: 'secrets/bill', method: 'get', times: 2, status: 503 };
      await control('PUT', 'faults', [fault]);
      expect((await owner('GET', SECRETS)).status).toBe(200);
      expect((await owner('PATCH', `${SECRETS}/billing?updateMask=labels`, {})).status).toBe(200);
      expect(await statusesOf(3, get)).toEqual([503, 503, 200]);
      expect((await control('GET', 'faults')).body).toMatchObject([{ times: 0 }]);
    });

    it.each([
      { status: 429, code: 'RESOURCE_EXHAUSTED' },
      { status: 500, code: 'INTERNAL' },
      { status: 503, code: 'UNAVAILABLE' },
      { status: 504, code: 'DEADLINE_EXCEEDED' },
      { status: 502, code: 'INTERNAL' },
    ])("with status $status is an error in Google's form with the code $code", async (error) => {
      await control('PUT', 'faults', [{ path: '.', status: error.status }]);
      const response = await get();
      expect([response.status, codeOf(response)]).toEqual([error.status, error.code]);
    });

    it('never strikes /_local/, and an empty list removes it', async () => {
      await control('PUT', 'faults', [{ path: '.', status: 503 }]);
      expect((await control('GET', 'settings')).status).toBe(200);
      await control('PUT', 'faults', []);
      expect((await get()).status).toBe(200);
    });

    it('with `reset` resets the connection, and the call changes nothing', async () => {
      await control('PUT', 'faults', [{ path: 'secretId=lost', reset: true }]);
      await expect(owner('POST', `${SECRETS}?secretId=lost`, automatic)).rejects.toThrow();
      await control('PUT', 'faults', []);
      expect((await owner('GET', `${SECRETS}/lost`)).status).toBe(404);
    });

    it('with `loseAnswer` resets the connection after the call was executed', async () => {
      await control('PUT', 'faults', [{ path: 'secretId=lost', loseAnswer: true }]);
      await expect(owner('POST', `${SECRETS}?secretId=lost`, automatic)).rejects.toThrow();
      expect((await owner('GET', `${SECRETS}/lost`)).status).toBe(200);
      const { body } = await control('GET', 'requests');
      expect((body.requests as object[]).at(-2)).toMatchObject({ method: 'POST', status: 0 });
    });

    it('with `latencyMs` delays a correct response', async () => {
      await control('PUT', 'faults', [{ path: '.', latencyMs: 60 }]);
      const started = performance.now();
      expect((await get()).status).toBe(200);
      expect(performance.now() - started).toBeGreaterThan(55);
    });

    it('strikes with its probability', async () => {
      const randomNumbers = [0.1, 0.9, 0.4];
      Object.assign(cloud.state, { random: () => randomNumbers.shift() ?? 1 });
      await control('PUT', 'faults', [{ path: '.', probability: 0.5, status: 503 }]);
      expect(await statusesOf(3, get)).toEqual([503, 200, 503]);
    });

    it.each([
      { situation: 'whose path is not a regular expression', faults: [{ path: '(' }] },
      { situation: 'without a path', faults: [{ status: 503 }] },
      { situation: 'with a probability above 1', faults: [{ path: '.', probability: 2 }] },
      { situation: 'with a status of success', faults: [{ path: '.', status: 200 }] },
      { situation: 'with an unknown key', faults: [{ path: '.', latency: 5 }] },
    ])('$situation is refused', async ({ faults }) => {
      expect((await control('PUT', 'faults', faults)).status).toBe(400);
      expect((await control('GET', 'faults')).body).toEqual([]);
    });
  });
});

describe('Tick:', () => {
  openForEach();

  describe('POST /_local/tick', () => {
    const tickTopic = `projects/${PROJECT}/topics/hopmint-tick`;
    const subscriptionOf = (topic: string) => topic.replace('/topics/', '/subscriptions/pull-');
    const receivedFrom = async (topic: string) => {
      const { body } = await owner('POST', `/v1/${subscriptionOf(topic)}:pull`, {
        maxMessages: 10,
      });
      return ((body.receivedMessages ?? []) as { message: { data: string } }[]).map(({ message }) =>
        Buffer.from(message.data, 'base64').toString(),
      );
    };
    const createTopic = async (topic: string) => {
      await owner('PUT', `/v1/${topic}`, {});
      await owner('PUT', `/v1/${subscriptionOf(topic)}`, { topic });
    };

    it('without a body publishes {} to the topic hopmint-tick', async () => {
      await createTopic(tickTopic);
      expect((await control('POST', 'tick')).body).toMatchObject({ topic: tickTopic });
      expect(await receivedFrom(tickTopic)).toEqual(['{}']);
    });

    it('publishes its body to the topic in the body', async () => {
      const other = `projects/${PROJECT}/topics/other`;
      await createTopic(other);
      await control('POST', 'tick', { topic: other, only: ['billing'], force: true });
      expect(await receivedFrom(other)).toEqual(['{"only":["billing"],"force":true}']);
    });

    it.each([
      { situation: 'no topic has the ID hopmint-tick', body: undefined, status: 404 },
      {
        situation: 'the named topic does not exist',
        body: { topic: `projects/${PROJECT}/topics/nope` },
        status: 404,
      },
      { situation: 'the topic is not a topic name', body: { topic: 'nope' }, status: 400 },
    ])('is refused with status $status when $situation', async ({ body, status }) => {
      expect((await control('POST', 'tick', body)).status).toBe(status);
    });
  });
});

describe('POST /_local/token', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud();
  });
  afterAll(() => cloud.close());

  it.each([
    {
      situation: 'an email of an account',
      account: relay,
      outcome: `200 serviceAccount:${relay}`,
    },
    {
      situation: 'a unique ID of an account',
      account: '100000000000000000002',
      outcome: `200 serviceAccount:${relay}`,
    },
    { situation: 'any user', account: 'user:Ada@acme.com', outcome: '200 user:ada@acme.com' },
    {
      situation: 'an email that no account has',
      account: 'ada@acme.com',
      outcome: '404 undefined',
    },
  ])('answers $outcome for $situation', async ({ account, outcome }) => {
    const { status, body } = await cloud.call(undefined, 'POST', '/_local/token', { account });
    const member = cloud.state.tokens.get(String(body.accessToken))?.member;
    expect(`${status} ${member}`).toBe(outcome);
  });
});
