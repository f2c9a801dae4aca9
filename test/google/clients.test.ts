import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Client } from 'google-auth-library';
import type { LocalCloud } from '../../local/cloud.ts';
import type { Objects } from '../../shared/cloud/objects.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { lifetimePolicyOf } from '../../shared/google/policies/org-policy.ts';
import { nodeFetch } from '../../shared/google/wire/fetch.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { WIRE } from '../../shared/google/wire/wire.ts';
import { openBucket } from './storage-cloud.ts';

describe('Emulator:', () => {
  const received: IncomingHttpHeaders[] = [];
  const emulator = createServer((request, response) => {
    received.push(request.headers);
    request.resume();
    response.setHeader('content-type', 'application/json').end('{"messageIds":["1"]}');
  });
  beforeAll(() => new Promise<void>((resolve) => emulator.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => emulator.close(resolve)));

  it('sends messages to the Pub/Sub emulator without a credential', async () => {
    const client = new OAuth2Client({ transporterOptions: { fetchImplementation: nodeFetch } });
    client.setCredentials({ access_token: 'a token' });
    const { port } = emulator.address() as AddressInfo;
    const { topics } = googleCloud(hostsOf(undefined, `127.0.0.1:${port}`), () => new Date(), {
      identity: async () => client,
      email: async () => undefined,
    });
    const signal = AbortSignal.timeout(5_000);
    const published = await topics.publish('projects/p/topics/t', [{ message: {} }], signal);
    expect(published).toEqual({ ok: true, value: undefined });
    expect(received).toHaveLength(1);
    expect(JSON.stringify(received)).not.toMatch(/authorization|a token/i);
  });
});

describe('Org policy:', () => {
  const signal = new AbortController().signal;

  describe('the effective policy for long token lifetimes', () => {
    it('does not count a conditional rule that allows', async () => {
      const body = {
        spec: {
          rules: [
            { allowAll: true, condition: { expression: 'resource.matchTag("a", "b")' } },
            { values: { allowedValues: ['batch@acme-data.iam.gserviceaccount.com'] } },
          ],
        },
      };
      const http = async () => ({ status: 200, body, text: JSON.stringify(body) });
      const lifetimePolicy = lifetimePolicyOf(http, hostsOf(undefined), WIRE);
      expect(await lifetimePolicy('acme-data', signal)).toMatchObject({
        ok: true,
        value: {
          allowAll: false,
          denyAll: false,
          allowedValues: ['batch@acme-data.iam.gserviceaccount.com'],
          deniedValues: [],
        },
      });
    });
  });
});

describe('Pubsub:', () => {
  const TOPIC = 'projects/acme-ops/topics/hopmint-mint';
  const MESSAGES = 1_000;
  const BYTES = 10_000_000;

  let sent: { messages: number; bytes: number }[];
  beforeEach(() => {
    sent = [];
  });

  /** Answers as Pub/Sub does, and records the size of each request. */
  const fetchAll: typeof fetch = async (url, init) => {
    const text = await new Request(url, init).text();
    const { messages } = JSON.parse(text) as { messages: { data: string }[] };
    sent.push({ messages: messages.length, bytes: Buffer.byteLength(text) });
    return Response.json({ messageIds: messages.map((_, i) => String(i)) });
  };
  const client = new OAuth2Client({ transporterOptions: { fetchImplementation: fetchAll } });
  client.setCredentials({ access_token: 'a token' });
  const { topics } = googleCloud(
    hostsOf('http://127.0.0.1:1'),
    () => new Date(),
    { identity: async () => client, email: async () => undefined },
    { ...WIRE, fetch: fetchAll },
  );
  const publish = (messages: readonly object[]) =>
    topics.publish(
      TOPIC,
      messages.map((message) => ({ message })),
      new AbortController().signal,
    );
  const messages = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, n) => ({ n, text: 'x'.repeat(bytes) }));

  describe('publish', () => {
    it('sends at most 1,000 messages in a request, and each message once', async () => {
      expect(await publish(messages(2_345, 10))).toMatchObject({ ok: true });
      expect(sent.map((one) => one.messages)).toEqual([MESSAGES, MESSAGES, 345]);
    });

    it('keeps each request below 10 MB, and sends few requests', async () => {
      // 22 MB on the wire: base64 takes four bytes for three.
      expect(await publish(messages(110, 150_000))).toMatchObject({ ok: true });
      expect(Math.max(...sent.map(({ bytes }) => bytes))).toBeLessThan(BYTES);
      expect(sent.reduce((sum, one) => sum + one.messages, 0)).toBe(110);
      expect(sent.length).toBeLessThanOrEqual(3);
    });

    it('makes no call without messages', async () => {
      expect(await publish([])).toEqual({ ok: true, value: undefined });
      expect(sent).toEqual([]);
    });
  });
});

describe('Storage:', () => {
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

    const upload = (text: string, over: { generation?: string } = {}, at = AT) => {
      const metadata = { 'written-by': 'ada@acme.com' };
      return objects.upload(at, { text, type: 'application/jsonl', metadata }, over, signal);
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
      await upload('another', {}, { ...AT, name: `${AT.name}.bak` });
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
});
