import fc from 'fast-check';

/** A request to one of the functions. */
export type AnyRequest = {
  readonly target: 'fanout' | 'mint' | 'audit';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** Every path of every function that does something with the body of a request. */
export const ENTRY_POINTS = [
  { target: 'fanout', path: '/' },
  { target: 'mint', path: '/' },
  { target: 'audit', path: '/' },
  { target: 'audit', path: '/failed' },
  { target: 'audit', path: '/changed' },
] as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');

const KEYS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...['message', 'data', 'attributes', 'messageId', 'publishTime', 'context', 'eventType'],
  ...['only', 'force', 'chain', 'digest', 'reason', 'protoPayload', 'resourceName', 'resource'],
];
const TEXTS = [
  ...[
    '',
    'e30=',
    'projects/other-ops',
    '//x/projects/p/serviceAccounts/%E0%A4%A',
    '\u0000',
    '\ud800',
  ],
  ...['providers/firebase.database/eventTypes/ref.write', 'google.pubsub.topic.publish'],
  ...['policies/%ff%/denypolicies/x', '2026-13-45T99:00:00Z', '<script>', '{"severity":"ERROR"}\n'],
];
const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, ...TEXTS),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 2000 }).map((text) => base64(text)),
);
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), { maxLength: 5 })
      .map((entries) =>
        JSON.parse(
          `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v) ?? 'null'}`).join()}}`,
        ),
      ),
  ),
}));

/** Values that a field expects, in the place of which `leaf` and `json` also come. */
const orOther = (right: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 1, arbitrary: leaf },
    { weight: 1, arbitrary: json },
  );
const text = orOther(fc.constantFrom('export', ...TEXTS));
/** Our own messages and entries of the audit log, almost right. */
const almostRight = fc.oneof(
  fc.record(
    { only: orOther(fc.array(text, { maxLength: 3 })), force: orOther(fc.boolean()) },
    { requiredKeys: [] },
  ),
  fc.record({
    chain: text,
    definition: json,
    digest: orOther(fc.constant('0'.repeat(64))),
    replaces: orOther(fc.nat()),
    notAfter: orOther(fc.constantFrom('2026-01-01T00:00:00Z', '9999-12-31T23:59:59Z')),
    forced: orOther(fc.boolean()),
    correlationId: text,
  }),
  fc.record({
    chain: text,
    digest: orOther(fc.constant('0'.repeat(64))),
    reason: orOther(fc.constantFrom('hop-denied', 'timeout')),
    disposition: orOther(fc.constantFrom('retry', 'fail')),
    correlationId: text,
  }),
  fc.record(
    {
      protoPayload: orOther(
        fc.record(
          { resourceName: text, status: orOther(fc.record({ code: orOther(fc.nat(9)) })) },
          { requiredKeys: ['resourceName'] },
        ),
      ),
      resource: orOther(
        fc.record({
          labels: orOther(
            fc.dictionary(fc.constantFrom('email_id', 'unique_id', '__proto__'), text),
          ),
        }),
      ),
    },
    { requiredKeys: ['protoPayload'] },
  ),
);

/** Pushes that are almost right: the message inside is any JSON. */
const push = fc
  .record(
    {
      data: fc.oneof(
        leaf,
        json.map((value) => base64(JSON.stringify(value) ?? '')),
        almostRight.map((value) => base64(JSON.stringify(value))),
      ),
      messageId: leaf,
      publishTime: leaf,
      attributes: fc.oneof(json, fc.dictionary(fc.constantFrom(...KEYS), leaf)),
    },
    { requiredKeys: [] },
  )
  .map((message) => ({ message, subscription: 's' }));

const nested = (open: string, close: string, depth: number) =>
  Buffer.from(open.repeat(depth) + close.repeat(depth));
const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: push.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 6, arbitrary: json.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
  { weight: 8, arbitrary: almostRight.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.nat(200_000).map((depth) => nested('[', ']', depth)) },
  { weight: 1, arbitrary: fc.nat(100_000).map((depth) => nested('{"message":', '}', depth)) },
  {
    weight: 1,
    arbitrary: fc
      .nat(900_000)
      .map((size) => Buffer.from(`{"message":{"data":"${'e'.repeat(size)}"}}`)),
  },
  { weight: 1, arbitrary: fc.constant(Buffer.from('only=a&force=true&message[data]=e30%3D')) },
);

const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);
const request: fc.Arbitrary<Omit<AnyRequest, 'target'>> = fc.record({
  method: fc.oneof(
    { weight: 9, arbitrary: oneOf('POST') },
    { weight: 1, arbitrary: oneOf('GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH') },
  ),
  path: fc.oneof(
    { weight: 9, arbitrary: oneOf('') },
    {
      weight: 1,
      arbitrary: oneOf(
        '/x',
        '/%E0%A4%A',
        '//',
        '/..%2f',
        '?format=__proto__',
        '?format[a]=1&chain=%00',
      ),
    },
  ),
  headers: fc
    .record({
      'content-type': fc.oneof(
        { weight: 9, arbitrary: oneOf('application/json') },
        {
          weight: 2,
          arbitrary: oneOf(
            'application/cloudevents+json',
            'application/json; charset=utf-7',
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data; boundary=x',
            '',
          ),
        },
      ),
      'content-encoding': fc.option(oneOf('gzip', 'br', 'identity'), { freq: 20, nil: undefined }),
      'ce-id': fc.option(oneOf('1'), { freq: 5, nil: undefined }),
      'ce-type': fc.option(oneOf('google.cloud.pubsub.topic.v1.messagePublished'), {
        freq: 5,
        nil: undefined,
      }),
      'ce-source': fc.option(oneOf('//pubsub.googleapis.com/projects/p/topics/t'), {
        freq: 5,
        nil: undefined,
      }),
      'ce-specversion': fc.option(oneOf('1.0'), { freq: 5, nil: undefined }),
      traceparent: fc.option(oneOf('00-', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`), {
        freq: 5,
        nil: undefined,
      }),
      origin: fc.option(oneOf('null', 'https://evil.example'), { freq: 30, nil: undefined }),
    })
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
    ),
  body,
});

/** Any requests to these functions, the same for the same seed. */
export const anyRequests = (
  entry: (typeof ENTRY_POINTS)[number],
  count: number,
  seed: number,
): AnyRequest[] =>
  fc.sample(request, { numRuns: count, seed }).map((sampled) => ({
    ...sampled,
    target: entry.target,
    path:
      sampled.path.startsWith('?') || sampled.path === ''
        ? entry.path + sampled.path
        : sampled.path,
  }));
