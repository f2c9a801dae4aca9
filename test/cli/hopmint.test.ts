import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
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

  it('says "npm ci" where the packages are not installed', async () => {
    const copy = join(directory, 'hopmint');
    await copyFile(HOPMINT, copy);
    expect(await run(copy, '--version')).toEqual({
      code: 2,
      out: '',
      err: `hopmint: the packages of this clone are not installed: run "npm ci" in ${directory}\n`,
    });
  });
});
