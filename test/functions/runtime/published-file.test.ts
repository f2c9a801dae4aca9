import { publishedFileReader } from '../../../functions/runtime/published-file.ts';
import type { LocalCloud } from '../../../local/cloud.ts';
import type { Objects } from '../../../shared/cloud/objects.ts';
import { openBucket } from '../../google/storage-cloud.ts';
import { CHAINS, compiled, publishAt } from '../chains-bucket.ts';

const chain = (name: string) => `
  - name: ${name}
    target: ${name}@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/${name}`;
const chainFile = (...names: string[]) =>
  `caller: minter@acme-ops.iam.gserviceaccount.com\nchains:${names.map(chain).join('')}\n`;
const good = (...names: string[]) => compiled(chainFile(...names));
const edited = (text: string) => text.replace('"a@acme-data', '"e@acme-data');

describe('the chain file of a function', () => {
  let local: LocalCloud;
  let objects: Objects;
  let clock: Date;
  let refused: string[];
  let fallbacks: [detail: string, generation: string][];
  beforeEach(async () => {
    clock = new Date('2026-11-22T12:00:00Z');
    refused = [];
    fallbacks = [];
    ({ local, objects } = await openBucket({ now: () => clock, bucket: CHAINS.bucket }));
  });
  afterEach(() => local.close());

  const open = () =>
    publishedFileReader({
      objects,
      at: CHAINS,
      onRefused: (detail) => refused.push(detail),
      onFallback: (detail, generation) => fallbacks.push([detail, generation]),
      now: () => clock,
    });
  const later = (seconds: number) => {
    clock = new Date(clock.getTime() + seconds * 1000);
  };
  const publish = (text: string) => publishAt(local, text);
  /** Requests for metadata, and for content. */
  const counted = () => {
    const gets = local.state.requests.filter(({ apiMethod }) => apiMethod === 'objects.get');
    local.state.requests.length = 0;
    return gets.length;
  };
  const namesOf = async (read: ReturnType<typeof open>) =>
    (await read()).file.chains.map(({ name }) => name);

  it('is read again when its generation has changed, at most once a minute', async () => {
    const read = open();
    publish(good('a'));
    expect(await namesOf(read)).toEqual(['a']);
    publish(good('a', 'b'));
    later(59);
    expect(await namesOf(read)).toEqual(['a']);
    later(1);
    expect(await namesOf(read)).toEqual(['a', 'b']);
    counted();
    later(60);
    await read();
    expect(counted()).toBe(1);
  });

  it('is read again at once for a chain that it does not have', async () => {
    const read = open();
    publish(good('a'));
    await read();
    publish(good('b'));
    expect((await read({ fresh: true })).byName.has('b')).toBe(true);
  });

  it('is read once for all callers at the same time', async () => {
    const read = open();
    publish(good('a'));
    await Promise.all([read(), read(), read()]);
    expect(counted()).toBe(2);
  });

  it('is read again for a caller that wants a fresh one during an older read', async () => {
    const read = open();
    publish(good('a'));
    const under = read();
    publish(good('b'));
    const fresh = read({ fresh: true });
    await under;
    expect((await fresh).byName.has('b')).toBe(true);
  });

  it('has its version, its writer and the time of the write', async () => {
    const text = good('a');
    const generation = publish(text);
    expect((await open()()).version).toEqual({
      digest: /"digest":"(\w+)"/.exec(text)?.[1],
      generation,
      writtenAt: clock.toISOString(),
      writtenBy: 'ada@acme.com',
      commit: null,
      sources: [{ path: 'chains.yaml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
  });

  it('stays in force while the next generation is refused, with one download of it', async () => {
    const read = open();
    publish(good('a'));
    await read();
    const generation = publish(edited(good('a')));
    later(60);
    counted();
    expect(await namesOf(read)).toEqual(['a']);
    expect(counted()).toBe(2);
    later(60);
    await read();
    expect(counted()).toBe(1);
    const detail = expect.stringMatching(
      new RegExp(`generation ${generation}: .*edited.*hopmint publish`),
    );
    expect(refused).toEqual([detail, detail]);
    publish(good('a', 'b'));
    later(60);
    expect(await namesOf(read)).toEqual(['a', 'b']);
  });

  it('stays in force while Cloud Storage does not answer, or the object is deleted', async () => {
    const read = open();
    publish(good('a'));
    await read();
    local.state.objects.clear();
    later(60);
    expect(await namesOf(read)).toEqual(['a']);
    expect(refused).toEqual([expect.stringContaining('does not exist')]);
  });

  it('of a cold start is the newest earlier generation that passes, if the newest one is refused', async () => {
    publish(good('a'));
    const earlier = publish(good('b'));
    publish('{"hopmintFormat":1,"digest":"');
    const newest = publish(edited(good('a')));
    expect(await namesOf(open())).toEqual(['b']);
    expect(fallbacks).toEqual([[expect.stringContaining(`generation ${newest}`), earlier]]);
  });

  it('of a cold start is replaced by a newer generation that passes', async () => {
    publish(good('a'));
    publish(edited(good('a')));
    const read = open();
    await read();
    publish(good('c'));
    later(60);
    expect(await namesOf(read)).toEqual(['c']);
  });

  it('is an error while no generation passes', async () => {
    publish(edited(good('a')));
    await expect(open()()).rejects.toThrow(/edited.*No earlier generation passes/s);
    local.state.objects.clear();
    await expect(open()()).rejects.toThrow('does not exist: write it with "./hopmint publish"');
  });
});
