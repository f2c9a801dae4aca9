import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../../../cli/commands/start/function.ts';
import { scriptOf } from './cloudbuild.ts';

const run = promisify(execFile);

let directory: string;
let image: string;
let uploaded: readonly string[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-image-'));
  // What gcloud would upload, and so what the build has.
  const env = { ...process.env, CLOUDSDK_CONFIG: join(directory, 'gcloud') };
  const { stdout } = await run('gcloud', ['meta', 'list-files-for-upload'], { env });
  uploaded = stdout.split('\n').filter(Boolean);
  for (const path of uploaded) await cp(path, join(directory, path));
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  await run('bash', ['-c', await scriptOf('build')], { cwd: directory });
  image = join(directory, 'image');
  // What Google's buildpack does where no script is to be run.
  await run('npm', ['ci', '--quiet', '--no-fund', '--no-audit'], {
    cwd: image,
    env: { ...process.env, NODE_ENV: 'production' },
  });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('what gcloud uploads for a build', () => {
  it('is what git keeps, and nothing that was installed, built or written by Terraform', async () => {
    const ls = ['ls-files', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await run('git', ls);
    const kept = stdout.split('\n').filter((path) => path && path !== '.gcloudignore');
    expect([...uploaded].sort()).toEqual(kept.sort());
  });
});

describe('the image of a build', () => {
  it('holds the functions, what they share, and what they need in production, and nothing else', async () => {
    expect((await readdir(image)).sort()).toEqual([
      'build',
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
    expect(await readdir(join(image, 'build'))).toEqual(['functions']);
    const { main } = await json<{ main: string }>('package.json');
    expect(main).toBe('build/functions/index.js'); // the framework asks package.json
    const { packages } = await json<{ packages: Record<string, { dev?: boolean }> }>(
      'package-lock.json',
    );
    const forUs = Object.entries(packages).filter(([, { dev }]) => dev);
    expect(forUs.length).toBeGreaterThan(100);
    expect(forUs.filter(([path]) => existsSync(join(image, path)))).toEqual([]);
  });

  it('asks for nothing beside itself, Node, and the framework that runs it', async () => {
    const names = await readdir(join(image, 'build/functions'));
    const texts = await Promise.all(
      names.map((name) => readFile(join(image, 'build/functions', name), 'utf8')),
    );
    const imported = texts.flatMap((text) =>
      [
        ...text.matchAll(/^(?:import|\} from|import .* from) "([^"]+)"|\bimport\("([^"]+)"\)/gm),
      ].map(([, now, later]) => now ?? later ?? ''),
    );
    const foreign = imported.filter((name) => !names.includes(name.replace('./', '')));
    expect(imported.length).toBeGreaterThan(names.length);
    expect(foreign.filter((name) => !isBuiltin(name))).toEqual([
      '@google-cloud/functions-framework',
    ]);
  });

  // In place of the sources, under the same framework: the local cloud, a tick, ten chains, an audit.
  it('does what the sources do', async () => {
    await cp(join(image, 'build/functions'), join(directory, 'functions/bundle'), {
      recursive: true,
    });
    await writeFile(join(directory, 'functions/index.ts'), "import './bundle/index.js';\n");
    const start = ['cli/main.ts', 'start', '--once', '--json'];
    const { stdout } = await run(process.execPath, start, { cwd: directory });
    const { minted, failed, findings } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect({ minted: minted.length, failed }).toEqual({ minted: 10, failed: [] });
    expect(findings).toEqual(expect.any(Array));
  });

  // What is not understood is told and acknowledged, and Google is not asked for anything.
  it.each([
    ['fanout', '/', 'tick-failed'],
    ['mint', '/', 'mint-failed'],
    ['audit', '/failed', 'message-malformed'],
  ])('starts as %s, as Cloud Run starts it, and takes a push', async (target, path, event) => {
    const [port = 0] = await freePorts(1);
    // The buildpack's own command; the rest is what deploy/terraform gives.
    const child = spawn('bash', ['-c', 'node_modules/.bin/functions-framework'], {
      cwd: image,
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        K_SERVICE: `hopmint-${target}`,
        NODE_ENV: 'production',
        FUNCTION_TARGET: target,
        HOPMINT_CHAINS: resolve('examples/chains.yaml'),
        HOPMINT_PROJECT: 'acme-ops',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const closed = once(child, 'close');
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    }
    let status: number;
    try {
      while (!(await listens(port))) {
        if (child.exitCode !== null) throw new Error(said.join(''));
        await sleep(50);
      }
      const data = Buffer.from('no JSON').toString('base64');
      ({ status } = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'ce-id': '1',
          'ce-source': '//pubsub.googleapis.com/projects/acme-ops/topics/hopmint-tick',
          'ce-specversion': '1.0',
          'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
        },
        body: JSON.stringify({ message: { data, messageId: '1' }, subscription: 's' }),
      }));
    } finally {
      process.kill(-(child.pid as number), 'SIGKILL');
    }
    // What was said before the answer is in the pipe, and may be read after it.
    await closed;
    expect({ status, said: said.join('') }).toEqual({
      status: 204,
      said: expect.stringContaining(`"event":"${event}"`),
    });
  });
});

const json = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(image, name), 'utf8')) as T;

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
