import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hopmint } from '../../run.ts';
import { hopmintHere } from '../hopmint-here.ts';
import { isGone, START, type Started, started } from './started.ts';

const MINUTE = 60_000;
const TWENTY_MINUTES = 1200;
const email = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;

const world = {
  accounts: [
    { email: email('minter') },
    {
      email: email('target'),
      policy: {
        bindings: [
          {
            role: 'roles/iam.serviceAccountTokenCreator',
            members: [`serviceAccount:${email('minter')}`],
          },
        ],
      },
    },
  ],
};
/** Late after some 15 minutes, and stale after 30. */
const chains = `caller: ${email('minter')}
chains:
  - name: billing
    target: ${email('target')}
    credential: { kind: access-token, scopes: [openid], lifetime: 30m }
    rotateEvery: 10m
    secret: projects/acme-ops/secrets/billing
`;

let directory: string;
let start: Started;
const path = (name: string) => join(directory, name);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-clock-'));
  await writeFile(path('world.json'), JSON.stringify(world));
  await writeFile(path('chains.yaml'), chains);
  const files = ['--world', path('world.json'), '-f', path('chains.yaml')];
  start = await started(process.execPath, [...START, ...files]);
}, MINUTE);
afterAll(async () => {
  start?.process.kill('SIGKILL');
  await start?.ended;
  await rm(directory, { recursive: true, force: true });
}, MINUTE);

const local = async (method: string, name: string, body: unknown) => {
  const response = await fetch(`${start.url}/_local/${name}`, {
    method,
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, string>;
};

type Status = { generatedAt: string; chains: { state: string }[] };
const stateOf = ({ chains }: Status) => chains.map(({ state }) => state).join();

async function functionStatus(): Promise<Status> {
  const response = await fetch(new URL('status?format=json', start.audit));
  return (await response.json()) as Status;
}

/** @param command in this process, or as a process of its own, as a person runs it */
async function commandStatus(command: typeof hopmintHere = hopmintHere): Promise<Status> {
  const { accessToken } = await local('POST', 'token', { account: email('hopmint-audit') });
  await writeFile(path('token'), accessToken ?? '');
  const env = { HOPMINT_CLOUD: start.url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: path('token') };
  const { out, err } = await command(['status', '-f', path('chains.yaml'), '--json'], env);
  if (!out) throw new Error(err);
  return JSON.parse(out) as Status;
}

/** The states that the command and the function see. */
const statesNow = async () => ({
  command: stateOf(await commandStatus()),
  function: stateOf(await functionStatus()),
});
const both = (state: string) => ({ command: state, function: state });
/** The functions follow the clock a moment later. */
async function wait20Minutes(): Promise<void> {
  const generatedAt = async () => Date.parse((await functionStatus()).generatedAt);
  const then = (await generatedAt()) + TWENTY_MINUTES * 1000;
  await local('POST', 'clock', { advanceSeconds: TWENTY_MINUTES });
  const end = performance.now() + 20_000;
  while ((await generatedAt()) < then && performance.now() < end) await sleep(50);
}

/** Each step needs the one before. */
describe('While the clock of npm start moves', () => {
  it(
    'the command and the function see a credential that is not rotated grow late, then stale',
    async () => {
      expect(await statesNow()).toEqual(both('fresh'));
      await local('PUT', 'faults', [{ path: ':generateAccessToken', status: 503 }]);
      await wait20Minutes();
      expect(await statesNow()).toEqual(both('late'));
      await wait20Minutes();
      expect(await statesNow()).toEqual(both('stale'));
    },
    MINUTE,
  );

  it('both answer with the moved time', async () => {
    const ahead = ({ generatedAt }: Status) => (Date.parse(generatedAt) - Date.now()) / 1000;
    const process: typeof hopmintHere = (words, env = {}) => hopmint(words, { env });
    for (const status of [await functionStatus(), await commandStatus(process)]) {
      expect(ahead(status)).toBeGreaterThan(2 * TWENTY_MINUTES - 10);
      expect(ahead(status)).toBeLessThan(2 * TWENTY_MINUTES + 10);
    }
  });

  it(
    'a tick heals the credential',
    async () => {
      await local('PUT', 'faults', []);
      await local('POST', 'tick', {});
      const end = performance.now() + 20_000;
      while (stateOf(await functionStatus()) !== 'fresh' && performance.now() < end) {
        await sleep(100);
      }
      expect(await statesNow()).toEqual(both('fresh'));
    },
    MINUTE,
  );

  it(
    'npm start itself ticks by the moved clock',
    async () => {
      const mintedAt = async () => (await functionStatus()).chains[0] as { mintedAt?: string };
      const before = (await mintedAt()).mintedAt;
      await wait20Minutes();
      const end = performance.now() + 20_000;
      while ((await mintedAt()).mintedAt === before && performance.now() < end) await sleep(100);
      expect((await mintedAt()).mintedAt).not.toBe(before);
    },
    MINUTE,
  );
});

/** stop.test.ts ends one by the end of its shell, and running.test.ts by Ctrl-C. */
describe('npm start leaves no function behind', () => {
  it(
    'when it is killed before it can stop them',
    async () => {
      start.process.kill('SIGKILL');
      await start.ended;
      expect(await isGone(start.audit)).toBe(true);
    },
    MINUTE,
  );
});
