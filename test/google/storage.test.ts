import type { LocalCloud } from '../../local/cloud.ts';
import type { Objects } from '../../shared/cloud/objects.ts';
import { openBucket } from './storage-cloud.ts';

const AT = { bucket: 'acme-chains', name: 'chains.jsonl' };
const NOW = new Date('2026-11-22T12:00:00Z');
const signal = AbortSignal.timeout(20_000);

describe('An object with generations', () => {
  let local: LocalCloud;
  let objects: Objects;
  beforeEach(async () => {
    ({ local, objects } = await openBucket({ now: () => NOW }));
  });
  afterEach(() => local.close());

  const upload = (text: string, over: { generation?: string } = {}) => {
    const metadata = { 'written-by': 'ada@acme.com' };
    return objects.upload(AT, { text, type: 'application/jsonl', metadata }, over, signal);
  };
  const textOf = (generation: string) => {
    const open = () => {
      const pieces: Uint8Array[] = [];
      return {
        take: (bytes: Uint8Array) => pieces.push(bytes.slice()),
        end: () => Buffer.concat(pieces).toString(),
      };
    };
    return objects.download(AT, generation, open, signal);
  };

  it('is uploaded with its type and metadata, and comes back byte for byte', async () => {
    const text = `é\r\n--x\n${'line\n'.repeat(100_000)}`;
    const written = await upload(text);
    if (!written.ok) throw new Error(written.error.detail);
    expect(written.value).toEqual({
      generation: expect.stringMatching(/^\d+$/),
      updated: NOW,
      metadata: { 'written-by': 'ada@acme.com' },
      isLive: true,
    });
    expect(await objects.live(AT, signal)).toEqual(written);
    expect(await textOf(written.value.generation)).toEqual({ ok: true, value: text });
    expect(local.state.objects.get('acme-chains/chains.jsonl')?.contentType).toBe(
      'application/jsonl',
    );
  });

  it('is listed by generation, the newest first, without objects whose names only begin like it', async () => {
    await upload('one');
    await upload('two');
    await objects.write(AT.bucket, `${AT.name}.bak`, {}, {}, signal);
    const listed = await objects.generations(AT, signal);
    if (!listed.ok) throw new Error(listed.error.detail);
    const texts = listed.value.map(({ generation }) => textOf(generation));
    expect(await Promise.all(texts)).toEqual([
      { ok: true, value: 'two' },
      { ok: true, value: 'one' },
    ]);
    expect(listed.value.map(({ isLive }) => isLive)).toEqual([true, false]);
  });

  it('is not overwritten by a writer that read an older generation', async () => {
    const first = await upload('one', { generation: '0' });
    await upload('two');
    const generation = first.ok ? first.value.generation : '';
    expect(await upload('three', { generation })).toMatchObject({
      ok: false,
      error: { reason: 'etag-stale' },
    });
  });

  it('that does not exist is undefined, not a failure', async () => {
    expect(await objects.live(AT, signal)).toEqual({ ok: true, value: undefined });
    expect(await objects.generations(AT, signal)).toEqual({ ok: true, value: [] });
  });

  it('is downloaded again from the beginning after a lost connection', async () => {
    const written = await upload('one');
    local.state.faults = [{ path: 'alt=media', times: 1, reset: true }];
    const generation = written.ok ? written.value.generation : '';
    expect(await textOf(generation)).toEqual({ ok: true, value: 'one' });
  });
});
