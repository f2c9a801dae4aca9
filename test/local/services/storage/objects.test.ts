import { seedWorld } from '../../../../local/world/seed.ts';
import { type ApiResponse, errorOf, type ProjectCloud } from '../../project-cloud.ts';
import {
  multipartBody,
  OBJECTS,
  openStorageCloud,
  type StorageCloud,
  UPLOAD,
} from './storage-cloud.ts';

let cloud: ProjectCloud;
let owner: StorageCloud['owner'];
let upload: StorageCloud['upload'];
let read: StorageCloud['read'];
beforeEach(async () => {
  ({ cloud, owner, upload, read } = await openStorageCloud());
});
afterEach(() => cloud.close());

describe('An object', () => {
  it('is read byte for byte, under a name with slashes, colons and accents', async () => {
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

  it('gets a greater generation with each write, even after a deletion', async () => {
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
    { situation: 'CRLF', lineBreak: '\r\n', boundary: '"xyz"' },
    { situation: 'LF, as gcloud sends them', lineBreak: '\n', boundary: "'xyz'" },
  ])('is uploaded in two parts with lines that end in $situation', async (row) => {
    const parts = { contentType: 'text/yaml', text: 'a: 1\r\nb: 2\n', lineBreak: row.lineBreak };
    const body = multipartBody({ name: 'parts.yaml' }, parts);
    const type = { 'content-type': `multipart/related; boundary=${row.boundary}` };
    const inserted = await owner('POST', `${UPLOAD}?uploadType=multipart`, body, type);
    expect(inserted.body).toMatchObject({ name: 'parts.yaml', contentType: 'text/yaml' });
    expect((await read('parts.yaml')).text).toBe('a: 1\r\nb: 2\n');
  });

  it('of a world file exists from the start, and so does its bucket', async () => {
    const object = { bucket: 'seeded', name: 'chains.yaml', text: 'chains: []' };
    seedWorld(cloud.state, { accounts: [], objects: [object] });
    const { text } = await owner('GET', '/storage/v1/b/seeded/o/chains.yaml?alt=media');
    expect(text).toBe('chains: []');
  });

  it.each([
    {
      precondition: 'its own generation',
      query: (generation: string) => `&ifGenerationMatch=${generation}`,
      status: 200,
    },
    {
      precondition: 'another generation',
      query: () => '&ifGenerationMatch=7',
      status: 412,
    },
    { precondition: 'no object', query: () => '&ifGenerationMatch=0', status: 412 },
    {
      precondition: 'another metageneration',
      query: () => '&ifMetagenerationMatch=7',
      status: 412,
    },
  ])('answers reads, writes and deletions that expect $precondition with $status', async (row) => {
    const { body } = await upload('a', 'one');
    const query = row.query(body.generation as string);
    expect((await read('a', query)).status).toBe(row.status);
    const written = await upload('a', 'two', query);
    expect(written.status).toBe(row.status);
    expect((await read('a')).text).toBe(row.status === 200 ? 'two' : 'one');
    if (row.status === 412) {
      expect(errorOf(written)).toMatchObject({ errors: [{ reason: 'conditionNotMet' }] });
      expect((await owner('DELETE', `${OBJECTS}/a?${query}`)).status).toBe(412);
    }
  });

  it('is created by only one of two writers that expect no object', async () => {
    const writes = await Promise.all(
      ['one', 'two'].map((text) => upload('a', text, '&ifGenerationMatch=0')),
    );
    expect(writes.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is not sent to a reader that already has its generation', async () => {
    const { body } = await upload('a', 'one');
    expect((await read('a', `&ifGenerationNotMatch=${body.generation}`)).status).toBe(304);
  });

  it.each<{ unknown: string; call: () => Promise<ApiResponse>; message: string }>([
    {
      unknown: 'name',
      call: () => read('nope'),
      message: 'No such object: acme-chains/nope',
    },
    {
      unknown: 'generation',
      call: async () => {
        await upload('a', 'one');
        return read('a', '&generation=7');
      },
      message: 'No such object: acme-chains/a#7',
    },
    {
      unknown: 'bucket',
      call: () => owner('GET', '/storage/v1/b/nope/o/a'),
      message: 'The specified bucket does not exist.',
    },
  ])('of an unknown $unknown is 404', async ({ call, message }) => {
    const response = await call();
    expect([response.status, errorOf(response).message]).toEqual([404, message]);
  });
});
