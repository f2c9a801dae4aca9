import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENV, hopmint, MAIN, type Ran } from '../../run.ts';

const MINUTE = 60_000;
const OPERATOR = 'user:operator@hopmint.local';
const AUDIT = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
const PUBLISHED = 'gs://acme-ops-hopmint-chains/chains.jsonl';
const EXAMPLE = new URL('../../../examples/chains.yaml', import.meta.url);

/** These tests depend on each other, in this order. */
describe('while npm start runs', () => {
  let directory: string;
  let started: ChildProcess;
  let ended: Promise<unknown>;
  let url: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-start-'));
    const child = spawn(process.execPath, [MAIN, 'start', '--port', '0'], { env: ENV });
    started = child;
    ended = new Promise((resolve) => child.once('close', resolve));
    url = await new Promise<string>((resolve, reject) => {
      let out = '';
      child.stdout.on('data', (data) => {
        out += data;
        const [, cloud] = /^LOCAL +(http:[^\s,]+)/m.exec(out) ?? [];
        if (cloud && out.includes('ticking')) resolve(cloud);
      });
      child.once('close', () => reject(new Error(out)));
    });
  }, MINUTE);
  afterAll(async () => {
    started?.kill('SIGINT');
    await ended;
    await rm(directory, { recursive: true, force: true });
  }, MINUTE);

  /** Runs a command as an account. */
  async function as(account: string, ...args: string[]): Promise<Ran> {
    const answer = await fetch(`${url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account }),
    });
    const token = join(directory, 'token');
    await writeFile(token, ((await answer.json()) as { accessToken: string }).accessToken);
    const env = { HOPMINT_CLOUD: url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token };
    return hopmint(args, { env });
  }

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
});
