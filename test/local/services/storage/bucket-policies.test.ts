import { openWorld, PROJECT, type World } from '../../project-cloud.ts';

const BUCKET = '/storage/v1/b/acme-chains';

describe('A bucket', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    world.grant(`projects/${PROJECT}`, 'roles/storage.admin', 'owner');
    await world.as('owner')('POST', `/storage/v1/b?project=${PROJECT}`, { name: 'acme-chains' });
  });
  afterEach(() => world.close());

  it('is listed in its project, and by prefix', async () => {
    const names = async (query: string) => {
      const { body } = await world.as('owner')('GET', `/storage/v1/b?${query}`);
      return ((body.items ?? []) as { name: string }[]).map(({ name }) => name);
    };
    expect(await names(`project=${PROJECT}`)).toEqual(['acme-chains']);
    expect(await names(`project=${PROJECT}&prefix=other`)).toEqual([]);
  });

  it('lets in who its own policy names, and nobody before', async () => {
    const read = () => world.as('ada')('GET', `${BUCKET}/o`);
    expect((await read()).status).toBe(403);
    const { body: policy } = await world.as('owner')('GET', `${BUCKET}/iam`);
    expect(policy).toEqual({
      kind: 'storage#policy',
      resourceId: 'projects/_/buckets/acme-chains',
      etag: 'ACAB',
    });
    const binding = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
    const { body } = await world.as('owner')('PUT', `${BUCKET}/iam`, {
      ...policy,
      bindings: [binding],
    });
    expect(body).toMatchObject({ bindings: [binding], version: 1 });
    expect((await read()).status).toBe(200);
  });

  it('does not take a policy that was read before another was written', async () => {
    const binding = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
    const write = () =>
      world.as('owner')('PUT', `${BUCKET}/iam`, { etag: 'ACAB', bindings: [binding] });
    expect((await write()).status).toBe(200);
    expect((await write()).status).toBe(409);
  });

  it.each([
    ['GET', `/storage/v1/b?project=${PROJECT}`],
    ['GET', `${BUCKET}/iam`],
    ['PUT', `${BUCKET}/iam`],
  ])('%s %s is not for a stranger', async (method, path) => {
    const body = method === 'PUT' ? {} : undefined;
    expect((await world.as('ada')(method, path, body)).status).toBe(403);
  });
});
