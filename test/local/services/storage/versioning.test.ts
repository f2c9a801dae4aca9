import { type Answer, openWorld, PROJECT, type World } from '../../project-cloud.ts';

const BUCKET = '/storage/v1/b/acme-chains';
const UPLOAD = '/upload/storage/v1/b/acme-chains/o?uploadType=media';

let world: World;
let owner: (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;
const upload = async (name: string, text: string): Promise<string> => {
  const type = { 'content-type': 'text/plain' };
  const { body } = await owner('POST', `${UPLOAD}&name=${name}`, text, type);
  return body.generation as string;
};
const generationsOf = async (query: string): Promise<[unknown, unknown, boolean][]> => {
  const { body } = await owner('GET', `${BUCKET}/o?${query}`);
  return ((body.items ?? []) as Record<string, unknown>[]).map((item) => [
    item.name,
    item.generation,
    'timeDeleted' in item,
  ]);
};
const textOf = async (name: string, generation: string): Promise<string> =>
  (await owner('GET', `${BUCKET}/o/${name}?alt=media&generation=${generation}`)).text;

async function open(versioning: object): Promise<void> {
  world = await openWorld();
  owner = world.as('owner');
  world.grant(`projects/${PROJECT}`, 'roles/storage.admin', 'owner');
  const bucket = { name: 'acme-chains', ...versioning };
  await owner('POST', `/storage/v1/b?project=${PROJECT}`, bucket);
}
afterEach(() => world.close());

describe('A bucket with versioning', () => {
  beforeEach(() => open({ versioning: { enabled: true } }));

  it('says so', async () => {
    expect((await owner('GET', BUCKET)).body).toMatchObject({ versioning: { enabled: true } });
  });

  it('keeps what is replaced, and lists each generation when asked for versions', async () => {
    const first = await upload('a', 'one');
    const second = await upload('a', 'two');
    await upload('b', 'other');
    expect(await generationsOf('versions=true&prefix=a')).toEqual([
      ['a', first, true],
      ['a', second, false],
    ]);
    expect(await generationsOf('prefix=a')).toEqual([['a', second, false]]);
    expect([await textOf('a', first), await textOf('a', second)]).toEqual(['one', 'two']);
  });

  it('lists generations in pages', async () => {
    const all = [await upload('a', 'one'), await upload('a', 'two'), await upload('a', 'three')];
    const first = await owner('GET', `${BUCKET}/o?versions=true&maxResults=2`);
    const rest = await generationsOf(`versions=true&pageToken=${first.body.nextPageToken}`);
    expect((first.body.items as object[]).length).toBe(2);
    expect(rest).toEqual([['a', all[2], false]]);
  });

  it('keeps a deleted object, and deletes a generation permanently when the request names it', async () => {
    const first = await upload('a', 'one');
    await owner('DELETE', `${BUCKET}/o/a`);
    expect((await owner('GET', `${BUCKET}/o/a`)).status).toBe(404);
    expect(await textOf('a', first)).toBe('one');
    expect((await owner('DELETE', `${BUCKET}/o/a?generation=${first}`)).status).toBe(204);
    expect(await generationsOf('versions=true')).toEqual([]);
  });

  it('deletes the live generation permanently when the request names it', async () => {
    const first = await upload('a', 'one');
    const second = await upload('a', 'two');
    await owner('DELETE', `${BUCKET}/o/a?generation=${second}`);
    expect(await generationsOf('versions=true')).toEqual([['a', first, true]]);
  });
});

it('A bucket without versioning keeps the live generation only', async () => {
  await open({});
  const first = await upload('a', 'one');
  const second = await upload('a', 'two');
  expect((await owner('GET', `${BUCKET}/o/a?generation=${first}`)).status).toBe(404);
  expect(await generationsOf('versions=true')).toEqual([['a', second, false]]);
});

it('An object keeps its custom metadata, and when it was written', async () => {
  await open({ versioning: { enabled: true } });
  const body = [
    '--xyz',
    'Content-Type: application/json; charset=UTF-8',
    '',
    '{"name":"a","metadata":{"written-by":"ada@acme.com"}}',
    '--xyz',
    'Content-Type: text/plain',
    '',
    'one',
    '--xyz--',
  ].join('\r\n');
  const path = '/upload/storage/v1/b/acme-chains/o?uploadType=multipart&ifGenerationMatch=0';
  const type = { 'content-type': 'multipart/related; boundary=xyz' };
  const written = await owner('POST', path, body, type);
  const expected = {
    metadata: { 'written-by': 'ada@acme.com' },
    updated: world.state.now().toISOString(),
    timeCreated: world.state.now().toISOString(),
  };
  expect(written.body).toMatchObject(expected);
  expect((await owner('POST', path, body, type)).status).toBe(412);
  await upload('a', 'two');
  const listed = await owner('GET', `${BUCKET}/o?versions=true`);
  expect((listed.body.items as object[])[0]).toMatchObject(expected);
});
