import { OAuth2Client } from 'google-auth-library';
import { googleCloud } from '../../shared/google/cloud.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { WIRE } from '../../shared/google/wire/wire.ts';

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
