import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseSchedule } from '../../../../local/services/cloudscheduler/schedule.ts';
import {
  base64,
  type Caller,
  openProjectCloud,
  PROJECT,
  type ProjectCloud,
} from '../../project-cloud.ts';

describe('Jobs:', () => {
  const JOBS = `/v1/projects/${PROJECT}/locations/europe-west1/jobs`;
  const SUBSCRIPTION = `/v1/projects/${PROJECT}/subscriptions/pull-tick`;
  const topicName = `projects/${PROJECT}/topics/hopmint-tick`;
  const name = `projects/${PROJECT}/locations/europe-west1/jobs/tick`;
  const data = base64('{}');
  const job = { name, schedule: '* * * * *', pubsubTarget: { topicName, data } };

  let cloud: ProjectCloud;
  let owner: Caller;
  /** Pulls and acknowledges the messages that the job has published. */
  const pullTicks = async () => {
    const { body } = await owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages: 100 });
    const received = (body.receivedMessages ?? []) as { ackId: string; message: object }[];
    const ackIds = received.map(({ ackId }) => ackId);
    if (ackIds.length > 0) await owner('POST', `${SUBSCRIPTION}:acknowledge`, { ackIds });
    return received.map(({ message }) => message);
  };
  beforeEach(async () => {
    cloud = await openProjectCloud();
    owner = cloud.as('owner');
    await owner('PUT', `/v1/${topicName}`, {});
    await owner('PUT', SUBSCRIPTION, { topic: topicName });
  });
  afterEach(() => cloud.close());

  describe('A job', () => {
    it('publishes at each time of its schedule, by the local clock', async () => {
      const created = await owner('POST', JOBS, job);
      expect(created.body).toMatchObject({
        name,
        state: 'ENABLED',
        scheduleTime: '2026-11-22T12:01:00.000Z',
      });
      cloud.state.advance(59);
      expect(await pullTicks()).toEqual([]);
      for (const _ of [1, 2, 3]) cloud.state.advance(60);
      expect(await pullTicks()).toMatchObject([
        { data, publishTime: '2026-11-22T12:01:59.000Z' },
        { data, publishTime: '2026-11-22T12:02:59.000Z' },
        { data, publishTime: '2026-11-22T12:03:59.000Z' },
      ]);
    });

    it('runs by the calendar of its time zone', async () => {
      const berlin = { ...job, schedule: '30 2 * * *', timeZone: 'Europe/Berlin' };
      expect((await owner('POST', JOBS, berlin)).body).toMatchObject({
        timeZone: 'Europe/Berlin',
        scheduleTime: '2026-11-23T01:30:00.000Z',
      });
      const parsed = parseSchedule('30 2 * * *', 'Europe/Berlin');
      // 29 March has no 02:30 in Berlin.
      expect(parsed?.(new Date('2026-03-28T12:00:00Z'))).toEqual(new Date('2026-03-30T00:30:00Z'));
    });

    it('calls a loopback server with an ID token, and no other host', async () => {
      const seen: { authorization?: string | undefined; body: string }[] = [];
      const server = createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        seen.push({ authorization: request.headers.authorization, body });
        response.end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const email = 'caller@acme-ops.iam.gserviceaccount.com';
      await owner('POST', '/v1/projects/acme-ops/serviceAccounts', { accountId: 'caller' });
      const http = (uri: string) => ({
        name,
        schedule: '* * * * *',
        httpTarget: { uri, body: base64('{}'), oidcToken: { serviceAccountEmail: email } },
      });
      cloud.grantOnly(['cloudscheduler.jobs.create'], 'ada');
      expect((await cloud.as('ada')('POST', JOBS, http('http://127.0.0.1'))).status).toBe(403);
      await owner('POST', JOBS, http(`http://127.0.0.1:${port}/`));
      await owner('POST', `/v1/${name}:run`, {});
      while (seen.length === 0) await new Promise((later) => setTimeout(later, 5));
      server.close();
      const claims = seen[0]?.authorization?.split('.')[1] ?? '';
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
        email,
        aud: `http://127.0.0.1:${port}/`,
      });
      expect(seen[0]?.body).toBe('{}');
      await owner('PATCH', `/v1/${name}?updateMask=httpTarget`, http('https://example.com/'));
      await owner('POST', `/v1/${name}:run`, {});
      await new Promise(setImmediate);
      expect((await owner('GET', `/v1/${name}`)).body).toMatchObject({ status: { code: 14 } });
    });

    it('runs once when the clock jumps over many of its runs', async () => {
      await owner('POST', JOBS, job);
      cloud.state.advance(3600);
      expect(await pullTicks()).toHaveLength(1);
      expect((await owner('GET', `/v1/${name}`)).body.scheduleTime).toBe(
        '2026-11-22T13:01:00.000Z',
      );
    });

    it('runs without a call when its time has come', async () => {
      cloud.clock.now = new Date('2026-11-22T12:00:59.980Z');
      await owner('POST', JOBS, job);
      cloud.clock.now = new Date('2026-11-22T12:01:00.000Z');
      await new Promise((later) => setTimeout(later, 60));
      expect(await pullTicks()).toHaveLength(1);
    });

    it('runs at once after `run`, and not while it is paused', async () => {
      await owner('POST', JOBS, job);
      await owner('POST', `/v1/${name}:run`, {});
      expect(await pullTicks()).toHaveLength(1);
      await owner('POST', `/v1/${name}:pause`, {});
      cloud.state.advance(3600);
      expect(await pullTicks()).toHaveLength(0);
      await owner('POST', `/v1/${name}:resume`, {});
      expect(await pullTicks()).toHaveLength(0);
      cloud.state.advance(60);
      expect(await pullTicks()).toHaveLength(1);
    });

    it('is listed until it is deleted, and does not run after that', async () => {
      await owner('POST', JOBS, job);
      expect((await owner('GET', JOBS)).body.jobs).toMatchObject([{ name }]);
      await owner('DELETE', `/v1/${name}`);
      expect((await owner('GET', JOBS)).body).toEqual({});
      cloud.state.advance(3600);
      expect(await pullTicks()).toEqual([]);
    });

    it('shows that its topic does not exist, and stays enabled', async () => {
      await owner('POST', JOBS, job);
      await owner('DELETE', `/v1/${topicName}`);
      cloud.state.advance(60);
      expect((await owner('GET', `/v1/${name}`)).body).toMatchObject({
        status: { code: 5 },
        state: 'ENABLED',
      });
    });

    it.each([
      { situation: 'an invalid schedule', body: { ...job, schedule: 'sometimes' } },
      { situation: 'an unknown time zone', body: { ...job, timeZone: 'Europe/Atlantis' } },
      { situation: 'a target without data', body: { ...job, pubsubTarget: { topicName } } },
      {
        situation: 'a topic of another project',
        body: { ...job, pubsubTarget: { topicName: 'projects/x-y/topics/tick', data } },
      },
      {
        situation: 'two targets',
        body: { ...job, httpTarget: { uri: 'http://127.0.0.1' } },
      },
      { situation: 'no target', body: { name, schedule: '* * * * *' } },
    ])('with $situation is refused', async ({ body }) => {
      expect((await owner('POST', JOBS, body)).status).toBe(400);
      expect(cloud.state.jobs.size).toBe(0);
    });

    it.each([
      { verb: 'create', method: 'POST', path: JOBS },
      { verb: 'list', method: 'GET', path: JOBS },
      { verb: 'get', method: 'GET', path: `/v1/${name}` },
      { verb: 'delete', method: 'DELETE', path: `/v1/${name}` },
      { verb: 'run', method: 'POST', path: `/v1/${name}:run` },
      { verb: 'pause', method: 'POST', path: `/v1/${name}:pause` },
      { verb: 'enable', method: 'POST', path: `/v1/${name}:resume` },
    ])('needs cloudscheduler.jobs.$verb for $method $path', async ({ verb, method, path }) => {
      if (verb !== 'create') await owner('POST', JOBS, job);
      const call = () =>
        cloud.as('ada')(method, path, path === JOBS && method === 'POST' ? job : undefined);
      expect((await call()).status).toBe(403);
      cloud.grantOnly([`cloudscheduler.jobs.${verb}`], 'ada');
      expect((await call()).status).toBe(200);
    });
  });
});

describe('A schedule', () => {
  const NOON = '2026-11-22T12:00:00Z';
  it.each([
    { schedule: '* * * * *', after: NOON, next: '2026-11-22T12:01:00Z' },
    { schedule: '* * * * *', after: '2026-11-22T12:00:59.999Z', next: '2026-11-22T12:01:00Z' },
    { schedule: '*/15 * * * *', after: '2026-11-22T12:46:00Z', next: '2026-11-22T13:00:00Z' },
    { schedule: '*/50 * * * *', after: '2026-11-22T12:10:00Z', next: '2026-11-22T12:50:00Z' },
    { schedule: '5,35 9-17 * * mon-fri', after: NOON, next: '2026-11-23T09:05:00Z' },
    { schedule: '0 3 1 jan *', after: NOON, next: '2027-01-01T03:00:00Z' },
    { schedule: '0 0 13 * 5', after: NOON, next: '2026-11-27T00:00:00Z' },
    { schedule: '0 0 * * 7', after: NOON, next: '2026-11-29T00:00:00Z' },
    { schedule: '0 0 29 2 *', after: NOON, next: '2028-02-29T00:00:00Z' },
    {
      schedule: 'every 50 minutes',
      after: '2026-11-22T12:10:30Z',
      next: '2026-11-22T13:00:30Z',
    },
    { schedule: 'every 2 hours', after: NOON, next: '2026-11-22T14:00:00Z' },
  ])('$schedule next runs at $next after $after', ({ schedule, after, next }) => {
    expect(parseSchedule(schedule)?.(new Date(after))).toEqual(new Date(next));
  });

  it.each([
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '* * 0 * *',
    '* * * foo *',
    '0 0 30 2 *',
    'every 0 minutes',
    'every day',
    '',
  ])('"%s" is invalid', (schedule) => {
    expect(parseSchedule(schedule)).toBeUndefined();
  });
});

describe('Update job:', () => {
  const JOBS = `/v1/projects/${PROJECT}/locations/europe-west1/jobs`;
  const topicName = `projects/${PROJECT}/topics/hopmint-tick`;
  const name = `projects/${PROJECT}/locations/europe-west1/jobs/tick`;

  describe('An update of a job', () => {
    let cloud: ProjectCloud;
    let owner: Caller;
    const update = (mask: string, body: object, as = 'owner') =>
      cloud.as(as)('PATCH', `/v1/${name}?updateMask=${mask}`, body);
    beforeEach(async () => {
      cloud = await openProjectCloud();
      owner = cloud.as('owner');
      await owner('PUT', `/v1/${topicName}`, {});
      const pubsubTarget = { topicName, data: base64('{}') };
      await owner('POST', JOBS, { name, schedule: '* * * * *', pubsubTarget });
    });
    afterEach(() => cloud.close());

    it('changes the fields of the mask only, and the next run follows the new schedule', async () => {
      const { body } = await update('schedule', {
        schedule: '*/15 * * * *',
        pubsubTarget: { topicName, data: base64('not in the mask') },
      });
      expect(body).toMatchObject({
        schedule: '*/15 * * * *',
        scheduleTime: '2026-11-22T12:15:00.000Z',
        pubsubTarget: { topicName, data: base64('{}') },
      });
      expect((await owner('GET', `/v1/${name}`)).body).toEqual(body);
    });

    it('changes one field of the target, as gcloud names it', async () => {
      const { body } = await update('pubsubTarget.data', {
        pubsubTarget: { data: base64('{"force":true}') },
      });
      expect(body.pubsubTarget).toEqual({ topicName, data: base64('{"force":true}') });
    });

    it('leaves a paused job paused', async () => {
      await owner('POST', `/v1/${name}:pause`, {});
      expect((await update('schedule', { schedule: '*/5 * * * *' })).body.state).toBe('PAUSED');
    });

    it.each([
      {
        situation: 'an invalid schedule',
        mask: 'schedule',
        body: { schedule: 'now and then' },
      },
      {
        situation: 'a field that cannot be updated',
        mask: 'state',
        body: { state: 'PAUSED' },
      },
    ])('with $situation is refused', async ({ mask, body }) => {
      expect((await update(mask, body)).status).toBe(400);
    });

    it('needs cloudscheduler.jobs.update', async () => {
      expect((await update('schedule', { schedule: '*/5 * * * *' }, 'ada')).status).toBe(403);
    });
  });
});
