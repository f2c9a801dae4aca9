import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { ReadOptions } from '../../cli/commands/read/options.ts';
import { read } from '../../cli/commands/read/read.ts';
import { OTHER, openReaderWorld, type ReaderWorld, SECRET, TARGET } from '../reader/world.ts';
import { ENV, MAIN, run } from '../run.ts';
import { recordingIo } from './recording-io.ts';

const CHAINS = `
caller: minter@acme-ops.iam.gserviceaccount.com
chains:
  - name: billing
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/pubsub] }
    secret: ${SECRET}
    format: json
  - name: stamp
    target: ${TARGET}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/stamp
`;

let world: ReaderWorld;
let directory: string;
let chains: string;
let env: Record<string, string>;
let token: string;
beforeEach(async () => {
  world = await openReaderWorld(new Date());
  directory = await mkdtemp(join(tmpdir(), 'hopmint-read-'));
  chains = join(directory, 'chains.yaml');
  const tokenFile = join(directory, 'token');
  await Promise.all([writeFile(chains, CHAINS), writeFile(tokenFile, world.token)]);
  env = {
    ...ENV,
    TMPDIR: directory,
    HOPMINT_CLOUD: world.local.url,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
  };
  token = await world.accessToken();
  await world.store(await world.json({ token }));
});
afterEach(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

const start = (...args: string[]) =>
  spawn(process.execPath, [MAIN, 'read', ...args], { env, cwd: directory });

const hopmint = (...args: string[]) =>
  run(process.execPath, [MAIN, 'read', ...args], { env, cwd: directory });

describe('hopmint read', () => {
  it('says how fresh the credential is, and not what it is', async () => {
    const { code, out, err } = await hopmint('billing');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^billing {2}access-token, json\nversion {2}1 of projects\/acme-ops\/secrets\/billing\n/,
    );
    expect(out).toMatch(/\nexpires {2}\S+Z, in (59|60)m, as the payload says\n$/);
    expect(`${out}${err}`).not.toContain(token);
    expect(err).toBe('LOCAL: this is what the local cloud holds\n');
  });

  it('says it to machines', async () => {
    const { out } = await hopmint('billing', '--json');
    expect(JSON.parse(out)).toMatchObject({ chain: 'billing', version: 1, kind: 'access-token' });
    expect(out).not.toContain(token);
    const revealed = await hopmint('billing', '--json', '--reveal');
    expect(JSON.parse(revealed.out)).toMatchObject({ content: token });
  });

  it.each([
    [['--reveal'], () => `${token}\n`],
    [['--reveal', '--header'], () => `Authorization: Bearer ${token}\n`],
  ])('prints it with %j', async (flags, expected) => {
    expect(await hopmint('billing', ...flags)).toMatchObject({ code: 0, out: expected() });
  });

  it('refuses a credential of another account than the target', async () => {
    await world.store(await world.json({ token: await world.accessToken(OTHER) }));
    const { code, out, err } = await hopmint('billing', '--reveal');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('another account');
  });

  it('refuses another kind than the chain file says', async () => {
    const audience = 'https://partner.example.com';
    await world.store((await world.mint('generateIdToken', { audience })).token ?? '');
    expect(await hopmint('billing', '--reveal')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('holds id-token'),
    });
  });
});

describe('hopmint read --exec', () => {
  const script = (text: string) => ['--', 'sh', '-c', text];

  it('hands it over on file descriptor 3, to be read by number or by name', async () => {
    const run = await hopmint('billing', '--exec', ...script('cat <&3; echo; cat /dev/fd/3'));
    expect(run).toMatchObject({ code: 0, out: `${token}\n${token}` });
  });

  it('hands it over in the environment', async () => {
    const run = await hopmint(
      'billing',
      '--exec',
      '--env',
      'TOKEN',
      ...script('echo "$TOKEN"; [ ! -e /dev/fd/3 ]'),
    );
    expect(run).toMatchObject({ code: 0, out: `${token}\n` });
  });

  it('hands it over as a header, and never on a command line', async () => {
    const listing = '(ps -Ao args || cat /proc/*/cmdline) > seen 2>/dev/null; cat <&3';
    const run = await hopmint('billing', '--header', '--exec', ...script(listing));
    expect(run.out).toBe(`Authorization: Bearer ${token}`);
    const seen = await readFile(join(directory, 'seen'), 'utf8');
    expect(seen).toContain('> seen');
    expect(seen).not.toContain(token);
  });

  it('leaves no file behind', async () => {
    await hopmint('billing', '--exec', ...script('true'));
    expect(await readdir(directory)).toEqual(['chains.yaml', 'token']);
  });

  it.each([
    ['its exit code', script('exit 7'), 7],
    ['the signal that ended it', script('kill -9 $$'), 137],
    ['that there is no such command', ['--', 'no-such-command'], 127],
  ])('gives %s', async (_title, command, code) => {
    expect((await hopmint('billing', '--exec', ...command)).code).toBe(code);
  });

  it.each([
    ['SIGINT', 'INT'],
    ['SIGTERM', 'TERM'],
    ['SIGHUP', 'HUP'],
  ] as const)('gives it the %s that it is given', async (signal, name) => {
    const loop = `trap 'echo told; exit 9' ${name}; echo up; while :; do sleep 0.1; done`;
    const child = start('billing', '--exec', ...script(loop));
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('up');
    child.kill(signal);
    expect((await lines.next()).value).toBe('told');
    expect(await ended).toEqual([9, null]);
  });

  it('leaves no command behind that does not end when it is told to, twice', async () => {
    const child = start('billing', '--exec', ...script("trap '' INT; echo $$; exec sleep 60"));
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    child.kill('SIGINT');
    await setTimeout(1200); // what comes within a second is the same Ctrl-C
    expect(process.kill(pid, 0)).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await lines.next()).toMatchObject({ done: true }); // its output ends with it
  });

  it('runs nothing when it is interrupted before, and does not say that all is well', async () => {
    world.local.state.faults = [{ path: ':access', latencyMs: 4000 }];
    const child = start('billing', '--exec', ...script('touch ran'));
    const ended = once(child, 'exit');
    await once(child.stderr, 'data'); // that this is LOCAL, which it says before it reads
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(await readdir(directory)).not.toContain('ran');
  });
});

describe('hopmint read --out', () => {
  it('writes a file that only its owner reads, whole', async () => {
    const path = join(directory, 'credential');
    await writeFile(path, 'what was there', { mode: 0o644 });
    expect(await hopmint('billing', '--out', path)).toMatchObject({ code: 0, out: '' });
    expect(await readFile(path, 'utf8')).toBe(token);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['chains.yaml', 'credential', 'token']);
  });

  it('leaves what was there when it cannot read, and says why', async () => {
    const path = join(directory, 'credential');
    await writeFile(path, 'what was there');
    world.local.state.faults = [{ path: ':access', status: 403 }];
    expect(await hopmint('billing', '--out', path)).toMatchObject({ code: 3 });
    expect(await readFile(path, 'utf8')).toBe('what was there');
  });

  it('tells that the directory is not there', async () => {
    const run = await hopmint('billing', '--out', join(directory, 'missing', 'credential'));
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining('ENOENT') });
  });

  it('with --watch goes on ahead of its end, through an outage, until it is stopped', async () => {
    const path = join(directory, 'credential');
    const { io, written } = recordingIo(env);
    const stop = new AbortController();
    const next = await world.accessToken();
    const contents: string[] = [];
    let round = 0;
    const code = await read(
      { source: chains, json: false, chain: 'billing', out: path, watch: true },
      { ...io, now: () => world.clock.now, signal: stop.signal },
      async () => {
        contents.push(await readFile(path, 'utf8'));
        round += 1;
        if (round === 1) world.local.state.faults = [{ path: ':access', status: 503 }];
        if (round === 3) {
          world.local.state.faults = [];
          world.advance(-25);
          await world.store(await world.json({ token: next }));
          world.advance(25);
        }
        if (round === 5) stop.abort();
        world.advance(round < 3 ? 29 : 0.5);
      },
    );
    expect(code).toBe(0);
    expect(contents).toEqual([token, token, token, next, next]);
    expect(`${written.out}${written.err}`).not.toContain(token);
    expect(written.err).toMatch(/version 2, good until /);
  });
});

describe('hopmint read refuses, as the user’s input,', () => {
  const billing = { json: false, chain: 'billing' };
  const rows: [title: string, options: Omit<ReadOptions, 'source'>, told: string][] = [
    ['an unknown chain', { ...billing, chain: 'biling' }, 'did you mean billing?'],
    ['two ways at once', { ...billing, reveal: true, out: 'x' }, 'in one way'],
    ['a header of nothing', { ...billing, header: true }, '--header is how'],
    ['a command that is missing', { ...billing, exec: true }, 'behind --'],
    ['a command without --exec', { ...billing, command: ['ls'] }, 'with --exec'],
    ['a variable without a command', { ...billing, env: 'TOKEN' }, '--env is for'],
    [
      'no name of a variable',
      { ...billing, exec: true, command: ['ls'], env: 'A=b' },
      'the name of a variable',
    ],
    ['a watch over nothing', { ...billing, watch: true }, 'name it with --out'],
  ];
  it.each(rows)('%s', async (_title, options, told) => {
    const { io, written } = recordingIo(env);
    expect(await read({ ...options, source: chains }, io)).toBe(2);
    expect(written.out).toBe('');
    expect(written.err).toContain(told);
    expect(world.accesses()).toEqual([]);
  });
});
