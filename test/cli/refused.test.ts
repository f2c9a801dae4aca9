import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf, runCommand } from '../../cli/arguments/program.ts';
import { requestOf } from '../../shared/google/wire/requests.ts';
import { CHAINS, type OperatedWorld, openOperatedWorld } from './operated-world.ts';
import { recordingIo } from './recording-io.ts';

const EVE = 'user:eve@acme.com';
const PUBLISHED = 'gs://acme-ops-hopmint-chains/chains.jsonl';
const SECRET = 'projects/acme-ops/secrets/billing-export';

/** Every command that asks Google, as somebody who may do nothing. `''` where any of many requests may be refused first. */
const COMMANDS = [
  {
    words: 'validate',
    file: PUBLISHED,
    request: 'storage.objects.get on buckets/acme-ops-hopmint-chains',
  },
  { words: 'explain --live', request: '' },
  { words: 'plan', request: 'iam.projects.serviceAccounts.get' },
  { words: 'apply --yes', request: 'iam.projects.serviceAccounts.get' },
  {
    words: `publish --yes --to ${PUBLISHED}`,
    request: 'storage.objects.get on buckets/acme-ops-hopmint-chains',
  },
  {
    words: 'pause billing-export --until 4h --reason INC-1',
    file: PUBLISHED,
    request: 'storage.objects.get on buckets/acme-ops-hopmint-chains',
  },
  {
    words: 'tick',
    request: 'pubsub.projects.topics.publish on projects/acme-ops/topics/hopmint-tick',
  },
  {
    words: 'mint billing-export',
    request: 'iamcredentials.projects.serviceAccounts.generateAccessToken',
  },
  { words: 'status', request: 'secretmanager.projects.secrets.list on projects/acme-ops' },
  { words: 'audit', request: '' },
  {
    words: 'read billing-export',
    request: `secretmanager.projects.secrets.versions.access on ${SECRET}`,
  },
];

let world: OperatedWorld;
let directory: string;
beforeAll(async () => {
  world = await openOperatedWorld();
  directory = await mkdtemp(join(tmpdir(), 'hopmint-refused-'));
  await writeFile(join(directory, 'chains.yaml'), CHAINS);
});
afterAll(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

async function run(words: string, file = join(directory, 'chains.yaml'), scopes?: string[]) {
  const { io, written } = await world.as(EVE, scopes);
  const exit = await runCommand(['-f', file, ...words.split(' ')], io);
  return { exit, ...written };
}

describe('a command that Google refuses', () => {
  it.each(COMMANDS)(
    'says who asked for what, what is missing, and what grants it: $words',
    async ({ words, file, request }) => {
      const { exit, err } = await run(words, file);
      expect(exit).not.toBe(0);
      expect(err).toContain(
        'of user:eve@acme.com, by the access token of CLOUDSDK_AUTH_ACCESS_TOKEN_FILE:\n',
      );
      const parts = err.split('  request  ').slice(1);
      const part = parts.find((one) => one.startsWith(request));
      expect(part).toMatch(
        /\n {2}missing {2}[\w.]+ on .+\n {2}command {2}gcloud .* --member=user:eve@acme\.com --role=roles\//,
      );
    },
  );

  it.each(COMMANDS)(
    'says that the token is too narrow, and names no role: $words',
    async ({ words, file }) => {
      const { exit, err } = await run(words, file, [
        'https://www.googleapis.com/auth/userinfo.email',
      ]);
      expect(exit).not.toBe(0);
      expect(err).toContain('  missing  the scope https://www.googleapis.com/auth/cloud-platform');
      expect(err).not.toMatch(/ {2}command {2}.*--role=/);
    },
  );

  it('has a row in this table', () => {
    // A refusal is a result of `doctor`.
    const others = ['init', 'local', 'start', 'verify', 'doctor'];
    const commands = programOf(recordingIo().io, { exit: 0 }).commands.map((one) => one.name());
    const rows = new Set(COMMANDS.map(({ words }) => words.split(' ')[0]));
    expect(commands.filter((name) => !rows.has(name) && !others.includes(name))).toEqual([]);
  });

  it('is named as the local cloud names it', () => {
    const requests = world.rotation.local.state.requests.filter(
      ({ path }) => !path.includes('/subscriptions/'),
    );
    const named = requests.map(({ method, path, api, apiMethod }) => ({
      path,
      ours: requestOf(method, `https://host.googleapis.com${path}`)?.id,
      theirs: `${api}.${apiMethod}`,
    }));
    expect(named.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
    expect(new Set(named.map(({ ours }) => ours)).size).toBeGreaterThan(10);
  });

  it('is no longer refused once the command has granted the role', async () => {
    const { err } = await run('tick');
    const [, topic, member, role] =
      /gcloud pubsub topics add-iam-policy-binding (\S+) --member=(\S+) --role=(\S+)/.exec(err) ??
      [];
    const policy = { bindings: [{ role, members: [member] }] };
    await world.seed({
      accounts: [],
      topics: [{ name: `projects/acme-ops/topics/${topic}`, policy }],
    });
    expect((await run('tick')).err).not.toContain('Google refused');
  });
});
