import {
  base64,
  type Caller,
  openProjectCloud,
  PROJECT,
  type ProjectCloud,
} from '../../project-cloud.ts';

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
