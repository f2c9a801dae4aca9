import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePorts } from '../../cli/commands/start/function.ts';
import pkg from '../../package.json' with { type: 'json' };
import { hopmint } from '../run.ts';
import { hopmintHere } from './hopmint-here.ts';

describe('the command line', () => {
  it('prints the version of the package', async () => {
    expect(await hopmint(['--version'])).toEqual({ code: 0, out: `${pkg.version}\n`, err: '' });
  });

  it('lists every command, and each command has a help of its own', async () => {
    const { code, out } = await hopmintHere(['--help']);
    expect(code).toBe(0);
    const listed = [...out.matchAll(/^ {2}([a-z]+)(?= [[<]| {2,})/gm)].map(([, name]) => name);
    const files = await readdir(new URL('../../cli/commands', import.meta.url), {
      recursive: true,
    });
    const commands = listed.filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThanOrEqual(14);
    expect(files.map((file) => basename(file))).toEqual(
      expect.arrayContaining(commands.map((name) => `${name}.ts`)),
    );
    const helps = await Promise.all(
      commands.map((name) => hopmintHere([name as string, '--help'])),
    );
    for (const [i, help] of helps.entries()) {
      expect(help).toMatchObject({
        code: 0,
        out: expect.stringContaining(`./hopmint ${commands[i]}`),
      });
    }
  });

  it.each([
    {
      input: 'a command that does not exist, and suggests another',
      args: ['validte'],
      says: /Did you mean validate\?/,
    },
    {
      input: 'an option that does not exist',
      args: ['start', '--twice'],
      says: /unknown option '--twice'/,
    },
    {
      input: 'a port that is too high',
      args: ['start', '--port', '70000'],
      says: /Write a number from 0 to 65535/,
    },
    {
      input: 'a chain file that does not exist',
      args: ['validate'],
      says: /chains\.yaml:1:1: error/,
    },
    {
      input: 'a world that does not exist',
      args: ['start', '--once', '--world', 'no.yaml'],
      says: /no\.yaml/,
    },
    { input: 'a pause without a reason', args: ['pause', 'x', '--until', '4h'], says: /--reason/ },
  ])('refuses $input, and exits 2', async ({ args, says }) => {
    expect(await hopmintHere(args)).toMatchObject({ code: 2, err: expect.stringMatching(says) });
  });

  it('exits 3 if no cloud answers', async () => {
    const [port] = await freePorts(1);
    expect(await hopmintHere(['local', 'env', '--port', String(port)])).toMatchObject({
      code: 3,
      err: expect.stringContaining(`http://127.0.0.1:${port}`),
    });
  });
});

describe('an unexpected error', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
    // init overwrites the schema without a check, so a folder in its place is an error that no code expects.
    await mkdir(join(directory, 'chains.schema.json'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('is reported as a bug, without a stack, with an exit code of its own', async () => {
    const { code, err } = await hopmint(['init', '-f', join(directory, 'chains.yaml')]);
    expect(code).toBe(70);
    expect(err).toMatch(/this is a bug/);
    expect(err).not.toMatch(/^\s+at /m);
  });
});
