import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { ENV, MAIN } from '../../run.ts';
import { type LocalProcess, openLocal } from '../local-process.ts';
import { openSink, type Sink } from './sink.ts';

/** Where the libraries that send a request of ours read the environment. */
const LIBRARIES = [
  ...['google-auth-library', 'gaxios', 'gcp-metadata', 'google-gax', 'google-logging-utils'],
  ...['@google-cloud/pubsub', '@google-cloud/secret-manager', '@grpc/grpc-js', 'https-proxy-agent'],
].flatMap((name) => globSync(`node_modules/${name}/build/**/*.js`));
const OURS = ['cli', 'shared', 'functions'].flatMap((room) => globSync(`${room}/**/*.ts`));

/** Every variable of the environment that one of these files names. */
function variablesIn(paths: readonly string[]): string[] {
  const names = paths.flatMap((path) =>
    [
      ...readFileSync(path, 'utf8').matchAll(
        /\benv(?:\?\.|\.)?(?:\.(\w+)|\[['"](\w+)['"]\]|(\w+))|'((?:GOOGLE|GCE|CLOUDSDK|PUBSUB|HOPMINT)_[A-Z_]+)'/g,
      ),
    ].flatMap(([, a, b, c, d]) => [a ?? b ?? c ?? d ?? '']),
  );
  return [...new Set(names)].filter((name) => /^[A-Za-z]+_[A-Za-z_]+$/.test(name)).sort();
}
const PROXIES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
];
/** Names of variables that may lead to a host, or to an output. */
const LEADING = /HOST|_IP$|PROXY|DOMAIN|ADDRESS|OVERRIDES|ENDPOINT|LOGGING|DEBUG|TRACE/i;
/** The test itself sets these variables. They name the file of a credential, and a local cloud. */
const SET = ['CLOUDSDK_AUTH_ACCESS_TOKEN_FILE', 'HOPMINT_CLOUD'];

const TOKEN = 'ya29.swordfish-of-the-operator';

const SUBJECT_TOKEN = 'swordfish-of-the-workload';

let sink: Sink;
let local: LocalProcess;
let folder: string;
let localToken: string;
beforeAll(async () => {
  sink = await openSink();
  local = await openLocal('examples/world.yaml');
  folder = mkdtempSync(join(tmpdir(), 'hopmint-sink-'));
  const caller = { account: 'minter@acme-ops.iam.gserviceaccount.com' };
  const answer = (await local.control('POST', 'token', caller)) as { accessToken: string };
  localToken = answer.accessToken;
  writeFileSync(join(folder, 'local'), localToken);
  writeFileSync(join(folder, 'google'), TOKEN);
  writeFileSync(join(folder, 'subject'), SUBJECT_TOKEN);
});
afterAll(async () => {
  sink?.close();
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command for some seconds, and gives its exit code. Without Google it would try again for half a minute. */
async function command(args: readonly string[], env: Record<string, string>): Promise<unknown> {
  const child = spawn(process.execPath, [MAIN, ...args, '-f', 'examples/chains.yaml'], {
    env: { ...ENV, ...env },
    stdio: 'ignore',
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 6000);
  const [code] = await once(child, 'exit');
  clearTimeout(timer);
  return code;
}

it('no variable that we or the libraries read leads a credential to another host', async () => {
  const { address } = sink;
  const names = [...new Set([...variablesIn(LIBRARIES), ...variablesIn(OURS), ...PROXIES])].filter(
    (name) => !SET.includes(name),
  );
  expect(names).toEqual(
    expect.arrayContaining([
      'GCE_METADATA_HOST',
      'GOOGLE_CLOUD_UNIVERSE_DOMAIN',
      'HTTPS_PROXY',
      'PUBSUB_EMULATOR_HOST',
    ]),
  );
  // Each variable that may lead to a host is set alone. All others are set together.
  const alone = names.filter((name) => LEADING.test(name));
  const others = names.filter((name) => !LEADING.test(name));
  const sinkFor = (name: string) =>
    /HOST|_IP$|ADDRESS|DOMAIN/.test(name) ? address : `http://${address}`;
  const settings = [
    ...alone.map((name) => ({
      [name]: sinkFor(name),
      ...(PROXIES.includes(name) && { NODE_USE_ENV_PROXY: '1' }),
    })),
    Object.fromEntries(others.map((name) => [name, sinkFor(name)])),
  ];
  const identities = [
    { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'google') },
    { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'local'), HOPMINT_CLOUD: local.url },
  ];
  const runs = settings.flatMap((variables) =>
    identities.flatMap((identity) =>
      [['tick'], ['mint', 'billing-export']].map((args) => ({
        args,
        env: { ...variables, ...identity },
      })),
    ),
  );
  const atOnce = pLimit(6);
  await atOnce.map(runs, ({ args, env }) => command(args, env));
  expect(sink.received().includes(TOKEN)).toBe(false);
  expect(sink.received().includes(localToken)).toBe(false);
}, 600_000);

it('no proxy with a certificate of its own reads a credential, with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
  await command(['tick'], {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: `http://${sink.address}`,
    https_proxy: `http://${sink.address}`,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'google'),
  });
  expect(sink.received().includes(TOKEN)).toBe(false);
});

it.each([
  { field: 'token_url', source: 'a federation' },
  { field: 'service_account_impersonation_url', source: 'a federation' },
  { field: 'token_url', source: 'the source of an impersonation' },
])('no $field of $source leads a credential to another host', async ({ field, source }) => {
  const federation = {
    type: 'external_account',
    audience:
      '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/a',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    credential_source: { file: join(folder, 'subject') },
    [field]: `http://${sink.address}/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken`,
  };
  const impersonation = {
    type: 'impersonated_service_account',
    service_account_impersonation_url:
      'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken',
    source_credentials: federation,
  };
  const path = join(folder, 'identity.json');
  writeFileSync(path, JSON.stringify(source === 'a federation' ? federation : impersonation));
  const before = sink.received().length;
  expect(await command(['tick'], { GOOGLE_APPLICATION_CREDENTIALS: path })).toBe(2);
  expect(sink.received().slice(before)).toBe('');
});
