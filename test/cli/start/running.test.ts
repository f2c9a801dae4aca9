import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ran } from '../../run.ts';
import { hopmintHere } from '../hopmint-here.ts';
import { answers, START, type Started, started } from './started.ts';

const MINUTE = 60_000;
const OPERATOR = 'user:operator@hopmint.local';
const AUDIT = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
const PUBLISHED = 'gs://acme-ops-hopmint-chains/chains.jsonl';
const EXAMPLE = new URL('../../../examples/chains.yaml', import.meta.url);

let directory: string;
let start: Started;
/** The folder that npm start watches. */
const source = () => join(directory, 'source');
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-start-'));
  await mkdir(source());
  await writeFile(join(source(), 'chains.yaml'), await readFile(EXAMPLE));
  start = await started(process.execPath, [...START, '-f', source()]);
}, MINUTE);
afterAll(async () => {
  start?.process.kill('SIGKILL');
  await start?.ended;
  await rm(directory, { recursive: true, force: true });
}, MINUTE);

/** These tests depend on each other, in this order. */
describe('while npm start runs', () => {
  /** Runs a command as an account. */
  async function as(account: string, ...args: string[]): Promise<Ran> {
    const answer = await fetch(`${start.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account }),
    });
    const token = join(directory, 'token');
    await writeFile(token, ((await answer.json()) as { accessToken: string }).accessToken);
    const env = { HOPMINT_CLOUD: start.url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token };
    return hopmintHere(args, env);
  }

  it(
    'doctor says ok of everything, and the functions answer its probing tick',
    async () => {
      const { code, out } = await as(OPERATOR, 'doctor', '-f', source(), '--probe', '--json');
      const { checks } = JSON.parse(out) as { checks: { id: string; state: string }[] };
      expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
      expect(checks.map(({ id }) => id)).toContain('probe-mint');
      expect(code).toBe(0);
    },
    MINUTE,
  );

  it(
    'publish replaces the chain file of the functions',
    async () => {
      const chains = join(directory, 'chains.yaml');
      const text = await readFile(EXAMPLE, 'utf8');
      await writeFile(chains, text.replace('rotateEvery: 30m', 'rotateEvery: 20m'));
      const published = await as(OPERATOR, 'publish', '-f', chains, '--yes');
      expect(published).toMatchObject({ code: 0 });
      expect(published.out).toContain('rotateEvery 30m -> 20m');
      const { out } = await as(AUDIT, 'status', '-f', PUBLISHED, '--json');
      expect(JSON.parse(out).chainFile).toMatchObject({
        writtenBy: OPERATOR.replace('user:', ''),
        sources: [{ path: 'chains.yaml' }],
      });
    },
    MINUTE,
  );

  it(
    'pause pauses one chain, and no other',
    async () => {
      const where = ['-f', EXAMPLE.pathname];
      const pause = ['pause', 'billing-export', '--until', '2h', '--reason', 'INC-1', ...where];
      const paused = await as(OPERATOR, ...pause);
      expect(paused).toMatchObject({ code: 0, out: expect.stringMatching(/for 2h: INC-1/) });
      const { out } = await as(AUDIT, 'status', '-f', PUBLISHED, '--json');
      const chains: { name: string; state: string }[] = JSON.parse(out).chains;
      expect(chains.filter(({ state }) => state === 'paused').map(({ name }) => name)).toEqual([
        'billing-export',
      ]);
    },
    MINUTE,
  );

  /** The chains of the functions, as a new audit sees them. It looks for a newer published file. */
  async function chainsOfAudit(): Promise<{ name: string; state: string }[]> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${start.audit}?format=json`, { method: 'POST', headers });
    return ((await response.json()) as { chains: { name: string; state: string }[] }).chains;
  }
  const team = (name: string) => `chains:
  - name: ${name}
    target: partner@acme-shop.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/${name}
`;

  it(
    'a file that is added to the folder reaches the functions, and the pause stays',
    async () => {
      await writeFile(join(source(), 'team.yaml'), team('team-api'));
      const chains = await until(chainsOfAudit, (all) => all.some((c) => c.name === 'team-api'));
      const paused = chains.filter(({ state }) => state === 'paused');
      expect(paused.map(({ name }) => name)).toEqual(['billing-export']);
    },
    MINUTE,
  );

  it(
    'a fault is printed with its file, line and column, and the functions keep the last good file',
    async () => {
      await writeFile(join(source(), 'team.yaml'), team('Team_Api'));
      const all = await until(
        async () => start.printed(),
        (text) => text.includes('has errors, so the published file stays in force'),
      );
      expect(all).toContain(`${join(source(), 'team.yaml')}:2:11: error: "Team_Api" is not a name`);
      expect((await chainsOfAudit()).map(({ name }) => name)).toContain('team-api');
    },
    MINUTE,
  );
});

describe('npm start leaves no function behind', () => {
  it(
    'after Ctrl-C, and exits 0',
    async () => {
      expect(await answers(start.audit)).toBe(true);
      start.process.kill('SIGINT');
      expect(await start.ended).toBe(0);
      expect(await answers(start.audit)).toBe(false);
    },
    MINUTE,
  );
});

/** Tries again until a value is as expected. */
async function until<T>(read: () => Promise<T>, isExpected: (value: T) => boolean): Promise<T> {
  const end = performance.now() + 20_000;
  for (;;) {
    const value = await read();
    if (isExpected(value)) return value;
    if (performance.now() > end) throw new Error(`after 20 s: ${JSON.stringify(value)}`);
    await sleep(100);
  }
}
