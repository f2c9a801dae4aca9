import { openWorld, PROJECT, statusOf, type World } from '../../project-cloud.ts';

describe('A topic', () => {
  const name = `/v1/projects/${PROJECT}/topics/orders`;
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.as('owner')('PUT', name, { labels: { a: 'b' } });
  });
  afterEach(() => world.close());

  it('gets other labels', async () => {
    const body = { topic: { labels: { c: 'd' } }, updateMask: 'labels' };
    await world.as('owner')('PATCH', name, body);
    expect((await world.as('owner')('GET', name)).body.labels).toEqual({ c: 'd' });
  });

  const refusals: [title: string, who: string, body: object, status: string][] = [
    ['without a mask', 'owner', { topic: { labels: {} } }, 'INVALID_ARGUMENT'],
    ['in its name', 'owner', { topic: {}, updateMask: 'name' }, 'INVALID_ARGUMENT'],
    ['by a stranger', 'ada', { topic: {}, updateMask: 'labels' }, 'PERMISSION_DENIED'],
  ];
  it.each(refusals)('is not changed %s', async (_title, who, body, status) => {
    expect(statusOf(await world.as(who)('PATCH', name, body))).toBe(status);
    expect((await world.as('owner')('GET', name)).body.labels).toEqual({ a: 'b' });
  });
});
