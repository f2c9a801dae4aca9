import { PROJECT, type ProjectCloud } from '../../project-cloud.ts';
import { BUCKET, namesOf, OBJECTS, openStorageCloud, type StorageCloud } from './storage-cloud.ts';

let cloud: ProjectCloud;
let owner: StorageCloud['owner'];
beforeEach(async () => {
  ({ cloud, owner } = await openStorageCloud());
});
afterEach(() => cloud.close());

const BUCKETS = `/storage/v1/b?project=${PROJECT}`;

describe('A bucket', () => {
  it.each([
    { situation: 'in its project', query: '', names: ['acme-chains'] },
    { situation: 'by the prefix of its name only', query: '&prefix=other', names: [] },
  ])('is listed $situation', async ({ query, names }) => {
    expect(namesOf(await owner('GET', `${BUCKETS}${query}`))).toEqual(names);
  });

  it('is readable for the members of its own policy', async () => {
    const read = () => cloud.as('ada')('GET', OBJECTS);
    expect((await read()).status).toBe(403);
    const { body: policy } = await owner('GET', `${BUCKET}/iam`);
    expect(policy).toEqual({
      kind: 'storage#policy',
      resourceId: 'projects/_/buckets/acme-chains',
      etag: 'ACAB',
    });
    const binding = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
    const { body } = await owner('PUT', `${BUCKET}/iam`, { ...policy, bindings: [binding] });
    expect(body).toMatchObject({ bindings: [binding], version: 1 });
    expect((await read()).status).toBe(200);
  });

  it('refuses a policy under a stale etag', async () => {
    const binding = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
    const write = () => owner('PUT', `${BUCKET}/iam`, { etag: 'ACAB', bindings: [binding] });
    expect((await write()).status).toBe(200);
    expect((await write()).status).toBe(409);
  });

  it.each<{ method: string; path: string; body?: object }>([
    { method: 'GET', path: BUCKETS },
    { method: 'GET', path: `${BUCKET}/iam` },
    { method: 'PUT', path: `${BUCKET}/iam`, body: {} },
  ])('refuses $method $path to a caller without a permission', async ({ method, path, body }) => {
    expect((await cloud.as('ada')(method, path, body)).status).toBe(403);
  });
});
