import { seedWorld } from '../../../../local/world/seed.ts';
import { type Answer, openWorld, PROJECT, type World } from '../../project-cloud.ts';

const OBJECTS = '/storage/v1/b/acme-chains/o';
const UPLOAD = '/upload/storage/v1/b/acme-chains/o';

let world: World;
let owner: (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;
const upload = (name: string, text: string, query = '') =>
  owner('POST', `${UPLOAD}?uploadType=media&name=${encodeURIComponent(name)}${query}`, text, {
    'content-type': 'text/yaml',
  });
const read = (name: string, query = '') =>
  owner('GET', `${OBJECTS}/${encodeURIComponent(name)}?alt=media${query}`);
const errorOf = ({ body }: Answer) => body.error as { code: number; message: string };

beforeEach(async () => {
  world = await openWorld();
  owner = world.as('owner');
  world.grant(`projects/${PROJECT}`, 'roles/storage.admin', 'owner');
  await owner('POST', `/storage/v1/b?project=${PROJECT}`, { name: 'acme-chains' });
});
afterEach(() => world.close());

describe('An object', () => {
  it('comes back byte for byte, by a name with slashes, colons and accents', async () => {
    const name = 'teams/ops:eu/chaînes.yaml';
    const { body } = await upload(name, 'chains: []\n');
    expect(body).toMatchObject({
      kind: 'storage#object',
      name,
      bucket: 'acme-chains',
      contentType: 'text/yaml',
      size: '11',
      generation: '1795348800000000',
    });
    expect((await read(name)).text).toBe('chains: []\n');
    const link = new URL(body.mediaLink as string);
    expect((await owner('GET', link.pathname + link.search)).text).toBe('chains: []\n');
    expect((await owner('GET', `${OBJECTS}/${encodeURIComponent(name)}`)).body).toEqual(body);
  });

  it('gets a greater generation with each write, and after a deletion too', async () => {
    const generations: bigint[] = [];
    for (const text of ['one', 'two']) {
      generations.push(BigInt((await upload('a', text)).body.generation as string));
    }
    expect((await owner('DELETE', `${OBJECTS}/a`)).status).toBe(204);
    generations.push(BigInt((await upload('a', 'three')).body.generation as string));
    expect(generations).toEqual(generations.toSorted());
    expect(new Set(generations).size).toBe(3);
  });

  it.each([
    ['CRLF', '\r\n', '"xyz"'],
    ['LF, as gcloud does,', '\n', "'xyz'"],
  ])('is uploaded in two parts with its metadata, by %s', async (_title, lineBreak, boundary) => {
    const body = [
      '--xyz',
      'Content-Type: application/json; charset=UTF-8',
      '',
      '{"name":"parts.yaml"}',
      '--xyz',
      'Content-Type: text/yaml',
      '',
      'a: 1\r\nb: 2\n',
      '--xyz--',
    ].join(lineBreak);
    const type = { 'content-type': `multipart/related; boundary=${boundary}` };
    const inserted = await owner('POST', `${UPLOAD}?uploadType=multipart`, body, type);
    expect(inserted.body).toMatchObject({ name: 'parts.yaml', contentType: 'text/yaml' });
    expect((await read('parts.yaml')).text).toBe('a: 1\r\nb: 2\n');
  });

  it('in a world file is there from the start, and so is its bucket', async () => {
    const object = { bucket: 'seeded', name: 'chains.yaml', text: 'chains: []' };
    seedWorld(world.state, { accounts: [], objects: [object] });
    const { text } = await owner('GET', '/storage/v1/b/seeded/o/chains.yaml?alt=media');
    expect(text).toBe('chains: []');
  });

  const conditions: [title: string, query: (generation: string) => string, status: number][] = [
    ['its own generation', (generation) => `&ifGenerationMatch=${generation}`, 200],
    ['another generation', () => '&ifGenerationMatch=7', 412],
    ['no object being there', () => '&ifGenerationMatch=0', 412],
    ['another metageneration', () => '&ifMetagenerationMatch=7', 412],
  ];
  it.each(conditions)(
    'is written, read and deleted under %s as it should',
    async (_t, query, status) => {
      const { body } = await upload('a', 'one');
      const condition = query(body.generation as string);
      expect((await read('a', condition)).status).toBe(status);
      const written = await upload('a', 'two', condition);
      expect(written.status).toBe(status);
      expect((await read('a')).text).toBe(status === 200 ? 'two' : 'one');
      if (status === 412) {
        expect(errorOf(written)).toMatchObject({ errors: [{ reason: 'conditionNotMet' }] });
        expect((await owner('DELETE', `${OBJECTS}/a?${condition}`)).status).toBe(412);
      }
    },
  );

  it('is created once by those who write only where there is none', async () => {
    const writes = await Promise.all(
      ['one', 'two'].map((t) => upload('a', t, '&ifGenerationMatch=0')),
    );
    expect(writes.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is not sent again to who has its generation', async () => {
    const { body } = await upload('a', 'one');
    expect((await read('a', `&ifGenerationNotMatch=${body.generation}`)).status).toBe(304);
  });

  const missing: [title: string, call: () => Promise<Answer>, message: string][] = [
    ['name', () => read('nope'), 'No such object: acme-chains/nope'],
    [
      'generation',
      async () => {
        await upload('a', 'one');
        return read('a', '&generation=7');
      },
      'No such object: acme-chains/a#7',
    ],
    [
      'bucket',
      () => owner('GET', '/storage/v1/b/nope/o/a'),
      'The specified bucket does not exist.',
    ],
  ];
  it.each(missing)('of an unknown %s is 404', async (_title, call, message) => {
    const answer = await call();
    expect([answer.status, errorOf(answer).message]).toEqual([404, message]);
  });
});

describe('A list of objects', () => {
  beforeEach(async () => {
    for (const name of ['reports/1', 'chains.yaml', 'reports/old/2']) await upload(name, 'x');
  });
  const namesOf = ({ body }: Answer) =>
    ((body.items ?? []) as { name: string }[]).map(({ name }) => name);

  it('is in order of name, by prefix', async () => {
    expect(namesOf(await owner('GET', OBJECTS))).toEqual([
      'chains.yaml',
      'reports/1',
      'reports/old/2',
    ]);
    expect(namesOf(await owner('GET', `${OBJECTS}?prefix=reports/old`))).toEqual(['reports/old/2']);
  });

  it('tells what lies below a delimiter by its prefix', async () => {
    const top = await owner('GET', `${OBJECTS}?delimiter=/`);
    expect([namesOf(top), top.body.prefixes]).toEqual([['chains.yaml'], ['reports/']]);
    const below = await owner('GET', `${OBJECTS}?delimiter=/&prefix=reports/`);
    expect([namesOf(below), below.body.prefixes]).toEqual([['reports/1'], ['reports/old/']]);
  });

  it('comes in pages', async () => {
    const first = await owner('GET', `${OBJECTS}?maxResults=2`);
    const rest = await owner(
      'GET',
      `${OBJECTS}?maxResults=2&pageToken=${first.body.nextPageToken}`,
    );
    expect([namesOf(first), namesOf(rest)]).toEqual([
      ['chains.yaml', 'reports/1'],
      ['reports/old/2'],
    ]);
  });
});

describe('Each method asks for its own permission', () => {
  const calls: [permissions: string[], method: string, path: string][] = [
    [['storage.objects.get'], 'GET', `${OBJECTS}/a`],
    [['storage.objects.list'], 'GET', OBJECTS],
    [['storage.objects.create'], 'POST', `${UPLOAD}?uploadType=media&name=b`],
    [
      ['storage.objects.create', 'storage.objects.delete'],
      'POST',
      `${UPLOAD}?uploadType=media&name=a`,
    ],
    [['storage.objects.delete'], 'DELETE', `${OBJECTS}/a`],
  ];
  it.each(calls)('%j', async (permissions, method, path) => {
    await upload('a', 'one');
    const name = `projects/${PROJECT}/roles/only`;
    world.grant('buckets/acme-chains', name, 'ada');
    for (const held of permissions.map((_, i) => permissions.slice(0, i))) {
      world.state.roles.set(name, { name, includedPermissions: held });
      const refused = await world.as('ada')(method, path);
      expect(refused.status).toBe(403);
      expect(errorOf(refused).message).toContain(`Permission '${permissions[held.length]}' denied`);
    }
    world.state.roles.set(name, { name, includedPermissions: permissions });
    expect((await world.as('ada')(method, path)).status).toBeLessThan(300);
  });

  it('and who may not list is not told that an object is missing', async () => {
    world.grant('buckets/acme-chains', 'roles/storage.legacyObjectReader', 'ada');
    expect((await world.as('ada')('GET', `${OBJECTS}/nope`)).status).toBe(403);
  });
});
