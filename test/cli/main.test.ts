import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePorts } from '../../cli/commands/start/function.ts';
import pkg from '../../package.json' with { type: 'json' };
import { ENV, hopmint } from '../run.ts';
import { hopmintHere } from './hopmint-here.ts';

describe('the command line', () => {
  it('prints the version of the package', async () => {
    expect(await hopmint(['--version'])).toEqual({ code: 0, out: `${pkg.version}\n`, err: '' });
  });

  // No identity is there: a command that asks for one first would say so.
  it.each([
    {
      mistake: 'a severity that does not exist',
      args: ['audit', '-f', 'examples/chains.yaml', '--severity', 'foo'],
      says: 'hopmint audit: severity="foo" does not exist: write one of critical, high, medium, low, info',
    },
    {
      mistake: 'a chain that does not exist',
      args: ['audit', '-f', 'examples/chains.yaml', '--chain', 'partner-apu'],
      says: 'hopmint audit: examples/chains.yaml: no chain is called "partner-apu": did you mean partner-api?',
    },
    {
      mistake: 'a saved plan that does not exist',
      args: ['apply', 'nope.json', '-f', 'examples/chains.yaml'],
      says: 'nope.json is not a saved plan: make one with "./hopmint plan --out nope.json"',
    },
  ])('reports $mistake before it looks for an identity', async ({ args, says }) => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/identity.json' };
    const { code, err } = await hopmintHere(args, env);
    expect(err.split('\n').at(-2)).toBe(says);
    expect(code).toBe(2);
  });

  it('says that no local cloud answers, and how to start one', async () => {
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const args = ['status', '-f', 'examples/chains.yaml'];
    const env = { HOPMINT_CLOUD: url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: 'package.json' };
    const { code, err } = await hopmintHere(args, env);
    expect(err.split('\n').at(-2)).toBe(
      `HOPMINT_CLOUD: no local cloud answers at ${url}: start one with "./hopmint local", or unset the variable`,
    );
    expect(code).toBe(2);
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

describe('Hopmint:', () => {
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
});

describe('Variables:', () => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    hopmint(args, { env });

  const TICK = ['tick', '-f', 'examples/chains.yaml'];

  describe('the command line', () => {
    it('refuses an emulator that is not on this machine, by the name of the variable', async () => {
      expect(await run(TICK, { PUBSUB_EMULATOR_HOST: 'example.org:80' })).toEqual({
        code: 2,
        out: '',
        err: expect.stringContaining('PUBSUB_EMULATOR_HOST: write a loopback host and port'),
      });
    });

    it('refuses NODE_DEBUG, under which Node prints credentials', async () => {
      expect(await run(['--version'], { NODE_DEBUG: 'http' })).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('NODE_DEBUG would print credentials: unset it'),
      });
    });

    it('refuses NODE_TLS_REJECT_UNAUTHORIZED=0, with which any server gets credentials', async () => {
      expect(await run(['--version'], { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED=0 would send credentials'),
      });
    });

    it('switches off the debug log of Google clients, and says so', async () => {
      expect(await run(['--version'], { GOOGLE_SDK_NODE_LOGGING: 'all' })).toMatchObject({
        code: 0,
        err: 'hopmint: GOOGLE_SDK_NODE_LOGGING is ignored: it would print credentials\n',
      });
    });
  });

  describe('a file in GOOGLE_APPLICATION_CREDENTIALS', () => {
    let folder: string;
    let requests = 0;
    const sink = createServer((_request, response) => {
      requests += 1;
      response.setHeader('content-type', 'application/json').end('{"access_token":"a"}');
    });
    let origin: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hopmint-identity-'));
      await once(sink.listen(0, '127.0.0.1'), 'listening');
      origin = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
    });
    afterAll(async () => {
      sink.close();
      await rm(folder, { recursive: true });
    });

    const withFile = async (file: object) => {
      const path = join(folder, 'identity.json');
      await writeFile(path, JSON.stringify(file));
      return run(TICK, { GOOGLE_APPLICATION_CREDENTIALS: path });
    };

    it('is refused if it sends the subject token elsewhere, and nothing is sent', async () => {
      await writeFile(join(folder, 'subject'), 'a-subject-token');
      const ran = await withFile({
        type: 'external_account',
        audience:
          '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/a',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${origin}/token`,
        credential_source: { file: join(folder, 'subject') },
      });
      const err = `the file of your Google identity: token_url names ${origin}, but a credential goes over https to Google only\n`;
      // The example has a warning of its own.
      const printed = expect.stringContaining(err);
      expect({ ...ran, requests }).toEqual({ code: 2, out: '', err: printed, requests: 0 });
    });

    it('is refused if it belongs to another universe', async () => {
      const ran = await withFile({
        type: 'authorized_user',
        client_id: 'a',
        client_secret: 'b',
        refresh_token: 'c',
        universe_domain: 'x',
      });
      const err =
        'the file of your Google identity: universe_domain names another universe than googleapis.com\n';
      expect(ran).toEqual({ code: 2, out: '', err: expect.stringContaining(err) });
    });
  });
});
