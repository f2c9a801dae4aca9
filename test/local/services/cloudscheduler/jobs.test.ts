import {
  base64,
  type Caller,
  openProjectCloud,
  PROJECT,
  type ProjectCloud,
} from '../../project-cloud.ts';

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

  it('runs once when the clock jumps over many of its runs', async () => {
    await owner('POST', JOBS, job);
    cloud.state.advance(3600);
    expect(await pullTicks()).toHaveLength(1);
    expect((await owner('GET', `/v1/${name}`)).body.scheduleTime).toBe('2026-11-22T13:01:00.000Z');
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
    { situation: 'a time zone other than UTC', body: { ...job, timeZone: 'Europe/Zurich' } },
    { situation: 'a target without data', body: { ...job, pubsubTarget: { topicName } } },
    {
      situation: 'a topic of another project',
      body: { ...job, pubsubTarget: { topicName: 'projects/x-y/topics/tick', data } },
    },
    {
      situation: 'an HTTP target',
      body: { ...job, httpTarget: { uri: 'http://127.0.0.1' } },
    },
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
    const call = () => cloud.as('ada')(method, path, method === 'POST' ? job : undefined);
    expect((await call()).status).toBe(403);
    cloud.grantOnly([`cloudscheduler.jobs.${verb}`], 'ada');
    expect((await call()).status).toBe(200);
  });
});
