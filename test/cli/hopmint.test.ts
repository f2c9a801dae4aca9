import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkg from '../../package.json' with { type: 'json' };
import { ENV } from '../run.ts';

const HOPMINT = new URL('../../hopmint', import.meta.url).pathname;
let directory: string;
let env: typeof ENV;
beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hopmint-clone-')));
  // A PATH without node, npm and npx: the script needs none of them.
  await Promise.all(
    ['dirname', 'readlink'].map((name) => symlink(`/usr/bin/${name}`, join(directory, name))),
  );
  env = { ...ENV, PATH: directory };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const run = (
  file: string,
  ...args: string[]
): Promise<{ code: unknown; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(file, args, { cwd: directory, env }, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
  });

describe('./hopmint', () => {
  it('runs the command line from any directory, with neither npm nor the Node of the shell', async () => {
    expect(await run(HOPMINT, '--version')).toEqual({
      code: 0,
      out: `${pkg.version}\n`,
      err: '',
    });
  });

  it('runs through a chain of symlinks, absolute and relative', async () => {
    await symlink(HOPMINT, join(directory, 'absolute'));
    await symlink('absolute', join(directory, 'relative'));
    expect(await run(join(directory, 'relative'), '--version')).toMatchObject({ code: 0 });
  });

  it('passes arguments on as they are, and exits with the command’s code', async () => {
    const { code, err } = await run(HOPMINT, 'validate', '-f', 'two  words $x.yaml');
    expect(code).toBe(2);
    expect(err).toContain('two  words $x.yaml:1:1: error: there is no such file');
  });

  it('becomes the command, so that a signal reaches it and its end is the end', async () => {
    const child: ChildProcess = spawn(HOPMINT, ['local', '--port', '0'], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 30_000);

  it.each([
    {
      situation: 'the packages are not installed',
      install: async () => undefined,
      err: 'the packages of this clone are not installed: run "npm ci"',
    },
    {
      situation: 'npm ran no install scripts',
      install: (clone: string) => mkdir(join(clone, 'node_modules/.bin'), { recursive: true }),
      err: 'npm has not installed Node in this clone, because install scripts are off: run "npm ci --ignore-scripts=false"',
    },
    {
      situation: 'the installed Node is too old',
      install: async (clone: string) => {
        await mkdir(join(clone, 'node_modules/.bin'), { recursive: true });
        const node = '#!/bin/sh\necho v22.99.9\n';
        await writeFile(join(clone, 'node_modules/.bin/node'), node, { mode: 0o755 });
      },
      err: 'this clone has Node v22.99.9, but needs Node 24 or newer: run "npm ci"',
    },
  ])('names the command to run when $situation', async ({ install, err }) => {
    const clone = await mkdtemp(join(directory, 'clone-'));
    await copyFile(HOPMINT, join(clone, 'hopmint'));
    await install(clone);
    expect(await run(join(clone, 'hopmint'), '--version')).toEqual({
      code: 2,
      out: '',
      err: `hopmint: ${err} in ${clone}\n`,
    });
  });
});
