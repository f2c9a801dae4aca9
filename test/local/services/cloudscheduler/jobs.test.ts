import { parseSchedule } from '../../../../local/services/cloudscheduler/schedule.ts';
import { type Answer, openWorld, PROJECT, type World } from '../../project-cloud.ts';

const JOBS = `/v1/projects/${PROJECT}/locations/europe-west1/jobs`;
const topic = `projects/${PROJECT}/topics/hopmint-tick`;
const name = `projects/${PROJECT}/locations/europe-west1/jobs/tick`;
const data = Buffer.from('{}').toString('base64');
const job = { name, schedule: '* * * * *', pubsubTarget: { topicName: topic, data } };

describe('A schedule', () => {
  const cases: [schedule: string, after: string, next: string][] = [
    ['* * * * *', '2026-11-22T12:00:00Z', '2026-11-22T12:01:00Z'],
    ['* * * * *', '2026-11-22T12:00:59.999Z', '2026-11-22T12:01:00Z'],
    ['*/15 * * * *', '2026-11-22T12:46:00Z', '2026-11-22T13:00:00Z'],
    ['*/50 * * * *', '2026-11-22T12:10:00Z', '2026-11-22T12:50:00Z'],
    ['5,35 9-17 * * mon-fri', '2026-11-22T12:00:00Z', '2026-11-23T09:05:00Z'],
    ['0 3 1 jan *', '2026-11-22T12:00:00Z', '2027-01-01T03:00:00Z'],
    ['0 0 13 * 5', '2026-11-22T12:00:00Z', '2026-11-27T00:00:00Z'],
    ['0 0 * * 7', '2026-11-22T12:00:00Z', '2026-11-29T00:00:00Z'],
    ['0 0 29 2 *', '2026-11-22T12:00:00Z', '2028-02-29T00:00:00Z'],
    ['every 50 minutes', '2026-11-22T12:10:30Z', '2026-11-22T13:00:30Z'],
    ['every 2 hours', '2026-11-22T12:00:00Z', '2026-11-22T14:00:00Z'],
  ];
  it.each(cases)('%s, after %s, comes at %s', (schedule, after, next) => {
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
  ])('"%s" is none', (schedule) => {
    expect(parseSchedule(schedule)).toBeUndefined();
  });
});

describe('A job', () => {
  let world: World;
  let owner: (method: string, path: string, body?: unknown) => Promise<Answer>;
  const ticks = async () => {
    const path = `/v1/projects/${PROJECT}/subscriptions/pull-tick`;
    const { body } = await owner('POST', `${path}:pull`, { maxMessages: 100 });
    const received = (body.receivedMessages ?? []) as { ackId: string; message: object }[];
    const ackIds = received.map(({ ackId }) => ackId);
    if (ackIds.length > 0) await owner('POST', `${path}:acknowledge`, { ackIds });
    return received.map(({ message }) => message);
  };
  beforeEach(async () => {
    world = await openWorld();
    owner = world.as('owner');
    await owner('PUT', `/v1/${topic}`, {});
    await owner('PUT', `/v1/projects/${PROJECT}/subscriptions/pull-tick`, { topic });
  });
  afterEach(() => world.close());

  it('publishes each time its schedule comes, by the local clock', async () => {
    const made = await owner('POST', JOBS, job);
    expect(made.body).toMatchObject({
      name,
      state: 'ENABLED',
      scheduleTime: '2026-11-22T12:01:00.000Z',
    });
    world.state.advance(59);
    expect(await ticks()).toEqual([]);
    for (const _ of [1, 2, 3]) world.state.advance(60);
    expect(await ticks()).toMatchObject([
      { data, publishTime: '2026-11-22T12:01:59.000Z' },
      { data, publishTime: '2026-11-22T12:02:59.000Z' },
      { data, publishTime: '2026-11-22T12:03:59.000Z' },
    ]);
  });

  it('runs once when the clock jumps over many of its runs', async () => {
    await owner('POST', JOBS, job);
    world.state.advance(3600);
    expect(await ticks()).toHaveLength(1);
    expect((await owner('GET', `/v1/${name}`)).body.scheduleTime).toBe('2026-11-22T13:01:00.000Z');
  });

  it('runs by itself when its minute has come', async () => {
    world.clock.now = new Date('2026-11-22T12:00:59.980Z');
    await owner('POST', JOBS, job);
    world.clock.now = new Date('2026-11-22T12:01:00.000Z');
    await new Promise((later) => setTimeout(later, 60));
    expect(await ticks()).toHaveLength(1);
  });

  it('runs at once when told to, and not while it is paused', async () => {
    await owner('POST', JOBS, job);
    await owner('POST', `/v1/${name}:run`, {});
    expect(await ticks()).toHaveLength(1);
    await owner('POST', `/v1/${name}:pause`, {});
    world.state.advance(3600);
    expect(await ticks()).toHaveLength(0);
    await owner('POST', `/v1/${name}:resume`, {});
    expect(await ticks()).toHaveLength(0);
    world.state.advance(60);
    expect(await ticks()).toHaveLength(1);
  });

  it('is listed until it is deleted, and then runs no more', async () => {
    await owner('POST', JOBS, job);
    expect((await owner('GET', JOBS)).body.jobs).toMatchObject([{ name }]);
    await owner('DELETE', `/v1/${name}`);
    expect((await owner('GET', JOBS)).body).toEqual({});
    world.state.advance(3600);
    expect(await ticks()).toEqual([]);
  });

  it('tells that its topic is gone, and goes on', async () => {
    await owner('POST', JOBS, job);
    await owner('DELETE', `/v1/${topic}`);
    world.state.advance(60);
    expect((await owner('GET', `/v1/${name}`)).body).toMatchObject({
      status: { code: 5 },
      state: 'ENABLED',
    });
  });

  it.each([
    ['a schedule that is none', { ...job, schedule: 'sometimes' }, 400],
    ['another time zone', { ...job, timeZone: 'Europe/Zurich' }, 400],
    ['no data', { ...job, pubsubTarget: { topicName: topic } }, 400],
    [
      'a topic of another project',
      { ...job, pubsubTarget: { topicName: 'projects/x-y/topics/tick', data } },
      400,
    ],
    ['an HTTP target', { ...job, httpTarget: { uri: 'http://127.0.0.1' } }, 400],
  ])('is refused with %s', async (_title, body, status) => {
    expect((await owner('POST', JOBS, body)).status).toBe(status);
    expect(world.state.jobs.size).toBe(0);
  });

  it.each([
    ['create', 'POST', JOBS],
    ['list', 'GET', JOBS],
    ['get', 'GET', `/v1/${name}`],
    ['delete', 'DELETE', `/v1/${name}`],
    ['run', 'POST', `/v1/${name}:run`],
    ['pause', 'POST', `/v1/${name}:pause`],
    ['enable', 'POST', `/v1/${name}:resume`],
  ])('asks for cloudscheduler.jobs.%s', async (verb, method, path) => {
    if (verb !== 'create') await owner('POST', JOBS, job);
    const ada = world.as('ada');
    const call = () => ada(method, path, method === 'POST' ? job : undefined);
    expect((await call()).status).toBe(403);
    const role = `projects/${PROJECT}/roles/only`;
    world.state.roles.set(role, {
      name: role,
      includedPermissions: [`cloudscheduler.jobs.${verb}`],
    });
    world.grant(`projects/${PROJECT}`, role, 'ada');
    expect((await call()).status).toBe(200);
  });
});
