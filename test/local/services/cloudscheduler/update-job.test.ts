import { type Answer, openWorld, PROJECT, type World } from '../../project-cloud.ts';

const JOBS = `/v1/projects/${PROJECT}/locations/europe-west1/jobs`;
const topicName = `projects/${PROJECT}/topics/hopmint-tick`;
const name = `projects/${PROJECT}/locations/europe-west1/jobs/tick`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('A job of Cloud Scheduler', () => {
  let world: World;
  let owner: (method: string, path: string, body?: unknown) => Promise<Answer>;
  beforeEach(async () => {
    world = await openWorld();
    owner = world.as('owner');
    await owner('PUT', `/v1/${topicName}`, {});
    const pubsubTarget = { topicName, data: base64('{}') };
    await owner('POST', JOBS, { name, schedule: '* * * * *', pubsubTarget });
  });
  afterEach(() => world.close());

  it('keeps what the mask does not name, and runs by its new schedule', async () => {
    const { body } = await owner('PATCH', `/v1/${name}?updateMask=schedule`, {
      schedule: '*/15 * * * *',
      pubsubTarget: { topicName, data: base64('not asked for') },
    });
    expect(body).toMatchObject({
      schedule: '*/15 * * * *',
      scheduleTime: '2026-11-22T12:15:00.000Z',
      pubsubTarget: { topicName, data: base64('{}') },
    });
    expect((await owner('GET', `/v1/${name}`)).body).toEqual(body);
  });

  it('changes one field of its target, as gcloud names it', async () => {
    const { body } = await owner('PATCH', `/v1/${name}?updateMask=pubsubTarget.data`, {
      pubsubTarget: { data: base64('{"force":true}') },
    });
    expect(body.pubsubTarget).toEqual({ topicName, data: base64('{"force":true}') });
  });

  it('stays paused when it is changed', async () => {
    await owner('POST', `/v1/${name}:pause`, {});
    const { body } = await owner('PATCH', `/v1/${name}?updateMask=schedule`, {
      schedule: '*/5 * * * *',
    });
    expect(body.state).toBe('PAUSED');
  });

  it.each([
    ['a schedule that is none', 'schedule', { schedule: 'now and then' }, 400],
    ['a field that cannot be updated', 'state', { state: 'PAUSED' }, 400],
  ])('refuses %s', async (_title, mask, body, status) => {
    expect((await owner('PATCH', `/v1/${name}?updateMask=${mask}`, body)).status).toBe(status);
  });

  it('is changed only by who holds cloudscheduler.jobs.update', async () => {
    const { status } = await world.as('ada')('PATCH', `/v1/${name}?updateMask=schedule`, {
      schedule: '*/5 * * * *',
    });
    expect(status).toBe(403);
  });
});
