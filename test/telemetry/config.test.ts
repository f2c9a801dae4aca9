import { parseConfig } from '../../shared/telemetry/config.ts';

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
