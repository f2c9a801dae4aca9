import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalCloud } from '../../../cli/commands/start/open-cloud.ts';
import { startLocalCloud } from '../../../local/cloud.ts';
import { hopmintHere } from '../../cli/hopmint-here.ts';
import { recordingIo } from '../../cli/recording-io.ts';
import { ENV, MAIN, type Ran } from '../../run.ts';

const ACCOUNT = 'user:ada@acme.com';

let directory: string;
let root: string;
let children: ChildProcess[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-folders-'));
  root = join(directory, `hopmint-local-${process.getuid?.()}`);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** A local cloud in this process, as "local" opens it. Close it, because it keeps the process alive. */
async function openLocal(): Promise<{ readonly port: string; close(): Promise<void> }> {
  const { io } = recordingIo({ ...ENV, TMPDIR: directory });
  const { url, close } = await openLocalCloud(0, io);
  return { port: new URL(url).port, close };
}

type Cloud = { readonly port: string; end(signal: NodeJS.Signals): Promise<void> };

async function startLocal(port = '0'): Promise<Cloud> {
  const child = spawn(process.execPath, [MAIN, 'local', '--port', port], {
    env: { ...ENV, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return {
    port: /:(\d+)/.exec(line.toString())?.[1] ?? '',
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

const localEnv = (port: string): Promise<Ran> =>
  hopmintHere(['local', 'env', '--port', port, '--as', ACCOUNT], { TMPDIR: directory });

const folders = (): Promise<string[]> => readdir(root).catch(() => []);
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the folders of "local env"', () => {
  it('can be opened by their owner only, and so can the token', async () => {
    const { port, close } = await openLocal();
    const { out } = await localEnv(port);
    const [, file = ''] = /ACCESS_TOKEN_FILE=(\S+token);$/m.exec(out) ?? [];
    expect(await readFile(file, 'utf8')).toMatch(/^ya29\./);
    expect([await modeOf(file), await modeOf(join(file, '..')), await modeOf(root)]).toEqual([
      '600',
      '700',
      '700',
    ]);
    await close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'are gone when the local cloud has ended by %s',
    async (signal) => {
      const cloud = await startLocal();
      await localEnv(cloud.port);
      await localEnv(cloud.port);
      expect(await folders()).toHaveLength(2);
      await cloud.end(signal);
      expect(await folders()).toEqual([]);
    },
  );

  it('are gone at the next start, after the local cloud was killed', async () => {
    const killed = await startLocal();
    const other = await startLocal();
    await localEnv(killed.port);
    await localEnv(other.port);
    await killed.end('SIGKILL');
    expect(await folders()).toHaveLength(2);
    await startLocal();
    expect(await folders()).toEqual([expect.stringMatching(`^${other.port}-`)]);
  });

  it('are gone when the killed local cloud starts again on the same port', async () => {
    const killed = await startLocal();
    await localEnv(killed.port);
    await killed.end('SIGKILL');
    await startLocal(killed.port);
    expect(await folders()).toEqual([]);
  });

  it('are gone after the next "local env", even if it finds no local cloud', async () => {
    const killed = await startLocal();
    await localEnv(killed.port);
    await killed.end('SIGKILL');
    expect((await localEnv(killed.port)).code).toBe(3);
    expect(await folders()).toEqual([]);
  });

  it('are not left behind when the local cloud ends before "local env" has printed them', async () => {
    const cloud = await startLocalCloud({ seed: { accounts: [] } });
    // It ends as soon as it has issued the token.
    const server = createServer(async ({ method, url }, response) => {
      const body = method === 'POST' ? { body: JSON.stringify({ account: ACCOUNT }) } : {};
      const answer = await fetch(`${cloud.url}${url}`, { method: method ?? 'GET', ...body });
      if (method === 'POST') server.close();
      response.writeHead(answer.status, { connection: 'close' }).end(await answer.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, err } = await localEnv(String(port));
    await cloud.close();
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('no local cloud') });
    expect(await folders()).toEqual([]);
  });
});

describe('the folder above them', () => {
  it.each([
    {
      situation: 'another user can open it',
      make: () => mkdir(root).then(() => chmod(root, 0o755)),
    },
    {
      situation: 'it is a link to a folder',
      make: async () => {
        await mkdir(join(directory, 'elsewhere'), { mode: 0o700 });
        await symlink(join(directory, 'elsewhere'), root);
      },
    },
    { situation: 'it is a file', make: () => writeFile(root, '') },
  ])('gets no token when $situation', async ({ make }) => {
    await make();
    const cloud = await openLocal();
    const { code, err } = await localEnv(cloud.port);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining(`${root} must be a folder that only you can open`),
    });
    await cloud.close();
    expect(await readdir(directory)).toContain(`hopmint-local-${process.getuid?.()}`);
  });

  it('keeps what is not a folder of "local env"', async () => {
    await mkdir(root, { mode: 0o700 });
    await writeFile(join(root, 'notes'), '');
    const cloud = await openLocal();
    await localEnv(cloud.port);
    await cloud.close();
    expect(await folders()).toEqual(['notes']);
  });
});
