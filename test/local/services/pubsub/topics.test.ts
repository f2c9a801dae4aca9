import { codeOf, openProjectCloud, PROJECT, type ProjectCloud } from '../../project-cloud.ts';

const TOPIC = `/v1/projects/${PROJECT}/topics/orders`;

describe('A topic', () => {
  let cloud: ProjectCloud;
  beforeEach(async () => {
    cloud = await openProjectCloud();
    await cloud.as('owner')('PUT', TOPIC, { labels: { a: 'b' } });
  });
  afterEach(() => cloud.close());
  const labels = async () => (await cloud.as('owner')('GET', TOPIC)).body.labels;

  it('gets new labels', async () => {
    const body = { topic: { labels: { c: 'd' } }, updateMask: 'labels' };
    await cloud.as('owner')('PATCH', TOPIC, body);
    expect(await labels()).toEqual({ c: 'd' });
  });

  it.each([
    {
      situation: 'without a mask',
      caller: 'owner',
      body: { topic: { labels: {} } },
      code: 'INVALID_ARGUMENT',
    },
    {
      situation: 'in its name',
      caller: 'owner',
      body: { topic: {}, updateMask: 'name' },
      code: 'INVALID_ARGUMENT',
    },
    {
      situation: 'by a caller without the permission',
      caller: 'ada',
      body: { topic: {}, updateMask: 'labels' },
      code: 'PERMISSION_DENIED',
    },
  ])('is not updated $situation', async ({ caller, body, code }) => {
    expect(codeOf(await cloud.as(caller)('PATCH', TOPIC, body))).toBe(code);
    expect(await labels()).toEqual({ a: 'b' });
  });
});
