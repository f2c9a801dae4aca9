import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts, listens } from '../../../cli/commands/start/function.ts';
import { NPM_ENV } from '../npm-env.ts';
import { scriptOf } from './build-step.ts';

const run = promisify(execFile);
const INSTALL = 'npm ci --ignore-scripts\n';

let directory: string;
let image: string;
let uploaded: readonly string[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-image-'));
  // The build gets the files that gcloud uploads.
  const env = { ...process.env, CLOUDSDK_CONFIG: join(directory, 'gcloud') };
  const { stdout } = await run('gcloud', ['meta', 'list-files-for-upload'], { env });
  uploaded = stdout.split('\n').filter(Boolean);
  for (const path of uploaded) await cp(path, join(directory, path));
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  // `npm ci` would empty the linked folder. A test below runs it somewhere else.
  const [before, after] = (await scriptOf('cloudbuild.yaml', 'bundle')).split(INSTALL);
  if (after === undefined) throw new Error(`the build does not run: ${INSTALL}`);
  await run('bash', ['-c', `${before}${after}`], { cwd: directory });
  image = join(directory, 'image');
  // Google's buildpack runs this command for a package.json without a build script.
  await run('npm', ['ci', '--quiet', '--no-fund', '--no-audit'], {
    cwd: image,
    env: { ...NPM_ENV, NODE_ENV: 'production' },
  });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('gcloud builds submit', () => {
  it('uploads the files of git, and no installed, built or generated file', async () => {
    const ls = ['ls-files', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await run('git', ls);
    const files = stdout.split('\n').filter((path) => path && path !== '.gcloudignore');
    expect([...uploaded].sort()).toEqual(files.sort());
  });
});

describe('the build of the image', () => {
  it('runs no install script, of ours or of a package', async () => {
    const folder = await mkdtemp(join(directory, 'install-'));
    // `canary` would leave a file. A real package with such a script needs the network.
    await mkdir(join(folder, 'canary'));
    const canary = { name: 'canary', version: '1.0.0', scripts: { install: 'touch ../ran' } };
    await writeFile(join(folder, 'canary/package.json'), JSON.stringify(canary));
    const own = { scripts: { prepare: 'touch ran' }, allowScripts: { canary: true } };
    const manifest = { name: 'x', ...own, dependencies: { canary: 'file:canary' } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await run('npm', ['install', '--package-lock-only', '--offline', '--ignore-scripts'], {
      cwd: folder,
      env: NPM_ENV,
    });
    const script = await scriptOf('cloudbuild.yaml', 'bundle');
    const [line = ''] = /^npm ci.*$/m.exec(script) ?? [];
    const at = { cwd: folder, env: NPM_ENV };
    await run('bash', ['-c', `${line} --offline`], at);
    expect(await readdir(folder)).not.toContain('ran');
    await run('bash', ['-c', `${line.replace('--ignore-scripts', '')} --offline`], at);
    expect(await readdir(folder)).toContain('ran'); // the canary works
    expect(await readFile(join(image, '.npmrc'), 'utf8')).toBe('ignore-scripts=true\n');
  });
});

describe('the image of a build', () => {
  it('contains the bundled functions and their production packages, and nothing else', async () => {
    expect((await readdir(image)).sort()).toEqual([
      '.npmrc',
      'build',
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
    expect(await readdir(join(image, 'build'))).toEqual(['functions']);
    const { main } = await json<{ main: string }>('package.json');
    expect(main).toBe('build/functions/index.js'); // the framework loads this file
    const { packages } = await json<{ packages: Record<string, { dev?: boolean }> }>(
      'package-lock.json',
    );
    const development = Object.entries(packages).filter(([, { dev }]) => dev);
    expect(development.length).toBeGreaterThan(100);
    expect(development.filter(([path]) => existsSync(join(image, path)))).toEqual([]);
  });

  it('imports only its own files, modules of Node, and the functions framework', async () => {
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

  // `npm start` with the bundle in place of functions/: a tick, ten chains and an audit in the local cloud.
  it('works like the sources', async () => {
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

  // The pushed message is malformed: the function logs that, acknowledges, and calls Google for nothing.
  it.each([
    { target: 'fanout', path: '/', event: 'tick-failed' },
    { target: 'mint', path: '/', event: 'mint-failed' },
    { target: 'audit', path: '/failed', event: 'message-malformed' },
  ])('starts $target as Cloud Run starts it, and takes a push', async ({ target, path, event }) => {
    const [port = 0] = await freePorts(1);
    // The command is the buildpack's. The variables are those of Cloud Run and of deploy/terraform.
    const child = spawn('bash', ['-c', 'node_modules/.bin/functions-framework'], {
      cwd: image,
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        K_SERVICE: `hopmint-${target}`,
        NODE_ENV: 'production',
        FUNCTION_TARGET: target,
        HOPMINT_CHAINS: 'gs://acme-ops-hopmint-chains/chains.jsonl',
        HOPMINT_PROJECT: 'acme-ops',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const closed = once(child, 'close');
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    }
    let status: number;
    try {
      while (!(await listens(port))) {
        if (child.exitCode !== null) throw new Error(output.join(''));
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
    // The log line may still be in the pipe when the response arrives.
    await closed;
    expect({ status, output: output.join('') }).toEqual({
      status: 204,
      output: expect.stringContaining(`"event":"${event}"`),
    });
  });
});

const json = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(join(image, name), 'utf8')) as T;
