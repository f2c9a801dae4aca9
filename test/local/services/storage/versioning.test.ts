import type { ProjectCloud } from '../../project-cloud.ts';
import {
  BUCKET,
  multipartBody,
  OBJECTS,
  openStorageCloud,
  type StorageCloud,
  UPLOAD,
} from './storage-cloud.ts';

let cloud: ProjectCloud;
let owner: StorageCloud['owner'];
let storageCloud: StorageCloud;
const open = async (fields: object) => {
  storageCloud = await openStorageCloud(fields);
  ({ cloud, owner } = storageCloud);
};
afterEach(() => cloud.close());

/** @returns the generation */
const upload = async (name: string, text: string): Promise<string> =>
  (await storageCloud.upload(name, text)).body.generation as string;
const generationsOf = async (query: string) => {
  const { body } = await owner('GET', `${OBJECTS}?${query}`);
  return ((body.items ?? []) as Record<string, unknown>[]).map(({ name, generation, ...item }) => ({
    name,
    generation,
    isNoncurrent: 'timeDeleted' in item,
  }));
};
const textOf = async (name: string, generation: string): Promise<string> =>
  (await storageCloud.read(name, `&generation=${generation}`)).text;

describe('A bucket with versioning', () => {
  beforeEach(() => open({ versioning: { enabled: true } }));

  it('shows that versioning is enabled', async () => {
    expect((await owner('GET', BUCKET)).body).toMatchObject({ versioning: { enabled: true } });
  });

  it('keeps a replaced object, and lists each generation with `versions=true`', async () => {
    const first = await upload('a', 'one');
    const second = await upload('a', 'two');
    await upload('b', 'other');
    const live = { name: 'a', generation: second, isNoncurrent: false };
    expect(await generationsOf('versions=true&prefix=a')).toEqual([
      { name: 'a', generation: first, isNoncurrent: true },
      live,
    ]);
    expect(await generationsOf('prefix=a')).toEqual([live]);
    expect([await textOf('a', first), await textOf('a', second)]).toEqual(['one', 'two']);
  });

  it('lists generations in pages', async () => {
    const all = [await upload('a', 'one'), await upload('a', 'two'), await upload('a', 'three')];
    const first = await owner('GET', `${OBJECTS}?versions=true&maxResults=2`);
    const rest = await generationsOf(`versions=true&pageToken=${first.body.nextPageToken}`);
    expect((first.body.items as object[]).length).toBe(2);
    expect(rest).toEqual([{ name: 'a', generation: all[2], isNoncurrent: false }]);
  });

  it('keeps a deleted object, and deletes a generation permanently when the request names it', async () => {
    const first = await upload('a', 'one');
    await owner('DELETE', `${OBJECTS}/a`);
    expect((await owner('GET', `${OBJECTS}/a`)).status).toBe(404);
    expect(await textOf('a', first)).toBe('one');
    expect((await owner('DELETE', `${OBJECTS}/a?generation=${first}`)).status).toBe(204);
    expect(await generationsOf('versions=true')).toEqual([]);
  });

  it('deletes the live generation permanently when the request names it', async () => {
    const first = await upload('a', 'one');
    const second = await upload('a', 'two');
    await owner('DELETE', `${OBJECTS}/a?generation=${second}`);
    expect(await generationsOf('versions=true')).toEqual([
      { name: 'a', generation: first, isNoncurrent: true },
    ]);
  });
});

describe('A bucket without versioning', () => {
  it('keeps the live generation only', async () => {
    await open({});
    const first = await upload('a', 'one');
    const second = await upload('a', 'two');
    expect((await owner('GET', `${OBJECTS}/a?generation=${first}`)).status).toBe(404);
    expect(await generationsOf('versions=true')).toEqual([
      { name: 'a', generation: second, isNoncurrent: false },
    ]);
  });
});

describe('A noncurrent object', () => {
  it('keeps its custom metadata and the time when it was written', async () => {
    await open({ versioning: { enabled: true } });
    const resource = { name: 'a', metadata: { 'written-by': 'ada@acme.com' } };
    const body = multipartBody(resource, { contentType: 'text/plain', text: 'one' });
    const path = `${UPLOAD}?uploadType=multipart&ifGenerationMatch=0`;
    const type = { 'content-type': 'multipart/related; boundary=xyz' };
    const written = await owner('POST', path, body, type);
    const expected = {
      metadata: { 'written-by': 'ada@acme.com' },
      updated: cloud.state.now().toISOString(),
      timeCreated: cloud.state.now().toISOString(),
    };
    expect(written.body).toMatchObject(expected);
    expect((await owner('POST', path, body, type)).status).toBe(412);
    await upload('a', 'two');
    const listed = await owner('GET', `${OBJECTS}?versions=true`);
    expect((listed.body.items as object[])[0]).toMatchObject(expected);
  });
});
