import { parseConfig } from '../../shared/telemetry/config.ts';
import { bugFields } from '../../shared/telemetry/crash.ts';
import { shortened } from '../../shared/telemetry/log.ts';

const env = {
  HOPMINT_CHAINS: 'gs://acme-ops-hopmint-chains/chains.jsonl',
  HOPMINT_PROJECT: 'acme-ops',
};

describe('parseConfig', () => {
  it('accepts the variables of a deployment', () => {
    expect(parseConfig(env)).toEqual({
      chains: { bucket: 'acme-ops-hopmint-chains', name: 'chains.jsonl' },
      state: undefined,
      publishesRotations: false,
      project: 'acme-ops',
      cloudUrl: undefined,
      pubsubEmulatorHost: undefined,
    });
  });

  it('names every variable that is missing or wrong, not only the first', () => {
    expect(() => parseConfig({ HOPMINT_CLOUD: 'https://example.com' })).toThrow(
      /HOPMINT_CHAINS[\s\S]*HOPMINT_PROJECT[\s\S]*HOPMINT_CLOUD/,
    );
  });

  it('accepts the object with the open findings', () => {
    const state = 'gs://acme-hopmint/audit/state.json';
    expect(parseConfig({ ...env, HOPMINT_STATE: state }).state).toEqual({
      bucket: 'acme-hopmint',
      name: 'audit/state.json',
    });
  });

  it.each(['gs://acme-hopmint', 'gs://acme-hopmint/audit/', 'state.json', 'chains.yaml'])(
    'refuses %s, which is no object of a bucket',
    (state) => {
      expect(() => parseConfig({ ...env, HOPMINT_STATE: state })).toThrow(/HOPMINT_STATE/);
      expect(() => parseConfig({ ...env, HOPMINT_CHAINS: state })).toThrow(/HOPMINT_CHAINS/);
    },
  );

  it('publishes rotations only if the variable is 1', () => {
    expect(parseConfig({ ...env, HOPMINT_ROTATED: '1' }).publishesRotations).toBe(true);
    expect(() => parseConfig({ ...env, HOPMINT_ROTATED: 'no' })).toThrow(/HOPMINT_ROTATED/);
  });

  const loopback = ['http://127.0.0.1:8787', 'http://localhost:8787', 'http://[::1]:8787'];
  it.each(loopback)('accepts a local cloud at %s', (url) => {
    expect(parseConfig({ ...env, HOPMINT_CLOUD: url }).cloudUrl).toBe(url);
  });

  const elsewhere: { title: string; url: string }[] = [
    { title: 'another machine', url: 'http://10.0.0.1:8787' },
    { title: 'a name that only begins like loopback', url: 'http://127.0.0.1.example.com' },
    { title: 'an address with user information', url: 'http://127.0.0.1@example.com' },
    { title: 'https', url: 'https://127.0.0.1:8787' },
    { title: 'a text that is not a URL', url: 'local' },
  ];
  it.each(elsewhere)(
    'refuses a local cloud at $title, as every token would go there',
    ({ url }) => {
      expect(() => parseConfig({ ...env, HOPMINT_CLOUD: url })).toThrow(/HOPMINT_CLOUD/);
    },
  );

  it('refuses a local cloud and an emulator on Cloud Run, and names both', () => {
    const onCloudRun = {
      ...env,
      HOPMINT_CLOUD: 'http://127.0.0.1:8787',
      PUBSUB_EMULATOR_HOST: '127.0.0.1:8085',
      K_SERVICE: 'mint',
    };
    expect(() => parseConfig(onCloudRun)).toThrow(
      /unset it on Cloud Run[\s\S]*HOPMINT_CLOUD[\s\S]*unset it on Cloud Run[\s\S]*PUBSUB_EMULATOR_HOST/,
    );
  });

  it.each(['127.0.0.1:8085', 'localhost:8085', '[::1]:8085'])(
    'accepts an emulator at %s',
    (host) => {
      expect(parseConfig({ ...env, PUBSUB_EMULATOR_HOST: host }).pubsubEmulatorHost).toBe(host);
    },
  );

  it.each([
    'example.org:80',
    '127.0.0.1.example.org:80',
    '127.0.0.1@example.org:80',
    '127.0.0.1:80/../example.org',
    '',
  ])('refuses an emulator at %p, which is not on this machine', (host) => {
    expect(() => parseConfig({ ...env, PUBSUB_EMULATOR_HOST: host })).toThrow(
      /PUBSUB_EMULATOR_HOST/,
    );
  });

  it.each(['GOOGLE_SDK_NODE_LOGGING', 'NODE_DEBUG'])(
    'refuses %s, under which credentials are printed',
    (name) => {
      expect(() => parseConfig({ ...env, [name]: 'all' })).toThrow(new RegExp(name));
      expect(() => parseConfig({ ...env, [name]: '' })).not.toThrow();
    },
  );

  it('refuses NODE_TLS_REJECT_UNAUTHORIZED=0, with which any server gets credentials', () => {
    const parse = (value: string) => () =>
      parseConfig({ ...env, NODE_TLS_REJECT_UNAUTHORIZED: value });
    expect(parse('0')).toThrow(/NODE_TLS_REJECT_UNAUTHORIZED/);
    expect(parse('1')).not.toThrow();
  });
});

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('The log fields of a bug', () => {
  const secret = 'ya29.swordfish';
  const rows: { title: string; thrown: unknown }[] = [
    { title: 'the text that JSON.parse quotes', thrown: thrownBy(() => JSON.parse(secret)) },
    { title: 'its cause', thrown: new Error('no', { cause: new Error(secret) }) },
    {
      title: 'a message that looks like a place',
      thrown: new Error(`no\n    at ${secret} (file.ts:1:1)`),
    },
    {
      title: 'a name that was assigned',
      thrown: Object.assign(new Error('no'), { name: `Error: ${secret}` }),
    },
    {
      title: 'a stack that was overwritten',
      thrown: Object.assign(new Error('no'), { stack: secret }),
    },
    { title: 'a thrown value that is not an error', thrown: secret },
  ];
  it.each(rows)('do not contain $title', ({ thrown }) => {
    expect(JSON.stringify(bugFields(thrown))).not.toContain('swordfish');
  });

  it('contain the place, in the form that Error Reporting reads', () => {
    const { event, stack_trace } = bugFields(thrownBy(() => JSON.parse('{')));
    expect(event).toBe('crashed');
    expect(stack_trace).toMatch(
      /^SyntaxError: a bug\n {4}at JSON\.parse .+\n {4}at .*telemetry\.test/,
    );
  });
});

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `chain-${i}`.padEnd(63, 'x'));

describe('A line of the log', () => {
  it('fits into 256 KB for a tick of 100,000 chains, and says how many names are missing', () => {
    const lists = {
      published: names(3333),
      waiting: names(100_000),
      late: names(60_000),
      paused: names(501),
    };
    const line = shortened({ event: 'tick', ...lists });
    expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThan(200_000);
    expect(line).toMatchObject({
      event: 'tick',
      waiting: expect.arrayContaining(['and 99500 more']),
    });
    expect((line.paused as string[]).at(-1)).toBe('and 1 more');
  });

  it('names every chain of a short list', () => {
    const fields = { published: names(500), reason: 'cloud-busy', status: 503 };
    expect(shortened(fields)).toEqual(fields);
  });
});
