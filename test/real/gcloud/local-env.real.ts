import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOPMINT = new URL('../../../hopmint', import.meta.url).pathname;

/** What gcloud would send to Google: it goes to this proxy. */
let proxy: Server;
let connections: number;
let directory: string;
let env: Readonly<Record<string, string | undefined>>;
beforeEach(async () => {
  connections = 0;
  proxy = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  directory = await mkdtemp(join(tmpdir(), 'hopmint-real-'));
  await writeFile(join(directory, 'token'), 'no-real-token');
  env = {
    PATH: process.env.PATH,
    CLOUDSDK_CONFIG: join(directory, 'gcloud'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, 'token'),
    CLOUDSDK_CORE_PROJECT: 'acme-ops',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_PROXY_TYPE: 'http',
    CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
    CLOUDSDK_PROXY_PORT: String((proxy.address() as { port: number }).port),
  };
});
afterEach(async () => {
  proxy.close();
  await rm(directory, { recursive: true });
});

/** The shells that users have. dash is a shell of POSIX without extensions. */
const SHELLS = ['bash', 'dash', 'zsh'];

const shell = (script: string, name = 'sh'): Promise<{ code: unknown; err: string }> =>
  new Promise((resolve) => {
    execFile(name, ['-c', script], { env, timeout: 60_000 }, (error, _out, err) =>
      resolve({ code: error ? error.code : 0, err }),
    );
  });

const COMMANDS = [
  'gcloud projects list',
  'gcloud secrets list',
  'gcloud run services list --region=europe-west1',
  'gcloud storage ls',
  'bq ls',
];
const failed = `eval "$(${HOPMINT} local env --port 1 --as typo@x.y)"`;

describe('after a failed "local env"', () => {
  it.each(COMMANDS)(
    '%s sends nothing',
    async (command) => {
      const { code, err } = await shell(`${failed}\n${command}`);
      expect({ connections, code }).toEqual({ connections: 0, code: 1 });
      expect(err).toContain('hopmint-local-env-failed');
    },
    60_000,
  );

  it.each(SHELLS)(
    'gcloud sends nothing in %s',
    async (name) => {
      const { code, err } = await shell(`${failed}\ngcloud projects list`, name);
      expect({ connections, code }).toEqual({ connections: 0, code: 1 });
      expect(err).toContain('hopmint-local-env-failed');
    },
    60_000,
  );

  it.each(SHELLS)(
    'gcloud sends nothing in %s, in which a person types',
    async (name) => {
      const child = spawn(name, name === 'zsh' ? ['-f', '-i'] : ['-i'], {
        env: { ...env, HOME: directory },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      child.stderr.on('data', (chunk) => {
        out += chunk;
      });
      child.stdin.end(`${failed} && echo wrong\ngcloud projects list\necho "still $((1 + 1))"\n`);
      await once(child, 'close');
      expect(connections).toBe(0);
      expect(out).toContain('hopmint-local-env-failed');
      expect(out).toContain('still 2');
      expect(out).not.toMatch(/^wrong$/m);
    },
    60_000,
  );

  it('would send something without it', async () => {
    await shell('timeout 20 gcloud projects list');
    expect(connections).toBeGreaterThan(0);
  }, 60_000);
});
