import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePorts } from '../../cli/commands/start/function.ts';
import pkg from '../../package.json' with { type: 'json' };
import { hopmint } from '../run.ts';

const run = (...args: string[]) => hopmint(args);

describe('the command line', () => {
  it('tells its version, which is that of the package', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${pkg.version}\n`, err: '' });
  });

  it('lists every command, and each explains itself', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    const listed = [...out.matchAll(/^ {2}([a-z]+)(?= [[<]| {2,})/gm)].map(([, name]) => name);
    const files = await readdir(new URL('../../cli/commands', import.meta.url), {
      recursive: true,
    });
    const commands = listed.filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThanOrEqual(12);
    expect(files.map((file) => basename(file))).toEqual(
      expect.arrayContaining(commands.map((name) => `${name}.ts`)),
    );
    const helps = await Promise.all(commands.map((name) => run(name as string, '--help')));
    for (const [i, help] of helps.entries()) {
      expect(help).toMatchObject({
        code: 0,
        out: expect.stringContaining(`./hopmint ${commands[i]}`),
      });
    }
  }, 60_000);

  const refused: [title: string, args: string[], told: RegExp][] = [
    ['suggests a command for one that is not', ['validte'], /Did you mean validate\?/],
    ['refuses an option that is not', ['start', '--twice'], /unknown option '--twice'/],
    ['refuses a port that is none', ['start', '--port', '70000'], /from 0, for any that is free/],
    ['names a chain file that is not there', ['validate'], /chains\.yaml:1:1: error/],
    ['names a world that is not there', ['start', '--once', '--world', 'no.yaml'], /no\.yaml/],
  ];
  it.each(refused)('%s, and exits 2', async (_title, args, told) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringMatching(told) });
  });

  it('exits 3 when no cloud answers', async () => {
    const [port] = await freePorts(1);
    expect(await run('local', 'env', '--port', String(port))).toMatchObject({
      code: 3,
      err: expect.stringContaining(`http://127.0.0.1:${port}`),
    });
  });
});

describe('what nobody foresaw', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
    // The schema is written without a look, as the file is ours.
    await mkdir(join(directory, 'chains.schema.json'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('is told as a bug, without a stack, under a code of its own', async () => {
    const { code, err } = await run('init', '-f', join(directory, 'chains.yaml'));
    expect(code).toBe(70);
    expect(err).toMatch(/this is a bug/);
    expect(err).not.toMatch(/^\s+at /m);
  });
});
