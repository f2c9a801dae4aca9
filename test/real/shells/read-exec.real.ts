import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { openReadWorld, type ReadWorld } from '../../cli/read/world.ts';

let read: ReadWorld;
beforeEach(async () => {
  read = await openReadWorld();
});
afterEach(() => read.close());

describe('hopmint read --exec', () => {
  const script = (text: string) => ['--', 'sh', '-c', text];

  it('hands the credential over on file descriptor 3, which the command can read by number or by name', async () => {
    const run = await read.spawned('billing', '--exec', ...script('cat <&3; echo; cat /dev/fd/3'));
    expect(run).toMatchObject({ code: 0, out: `${read.token}\n${read.token}` });
  });

  it('hands the credential over in the environment', async () => {
    const run = await read.spawned(
      'billing',
      '--exec',
      '--env',
      'TOKEN',
      ...script('echo "$TOKEN"; [ ! -e /dev/fd/3 ]'),
    );
    expect(run).toMatchObject({ code: 0, out: `${read.token}\n` });
  });

  it('hands the credential over as a header, and never on a command line', async () => {
    const listing = '(ps -Ao args || cat /proc/*/cmdline) > seen 2>/dev/null; cat <&3';
    const run = await read.spawned('billing', '--header', '--exec', ...script(listing));
    expect(run.out).toBe(`Authorization: Bearer ${read.token}`);
    const seen = await readFile(join(read.directory, 'seen'), 'utf8');
    expect(seen).toContain('> seen');
    expect(seen).not.toContain(read.token);
  });

  it('leaves no file', async () => {
    await read.spawned('billing', '--exec', ...script('true'));
    expect(await readdir(read.directory)).toEqual(['chains.yaml', 'token']);
  });

  it.each([
    { situation: 'the command exits', command: script('exit 7'), code: 7 },
    { situation: 'a signal ends the command', command: script('kill -9 $$'), code: 137 },
    { situation: 'the command does not exist', command: ['--', 'no-such-command'], code: 127 },
  ])('exits with $code if $situation', async ({ command, code }) => {
    expect((await read.hopmint('billing', '--exec', ...command)).code).toBe(code);
  });

  it.each([
    { signal: 'SIGINT', name: 'INT' },
    { signal: 'SIGTERM', name: 'TERM' },
    { signal: 'SIGHUP', name: 'HUP' },
  ] as const)('passes $signal on to the command', async ({ signal, name }) => {
    const loop = `trap 'echo trapped; exit 9' ${name}; echo up; while :; do sleep 0.1; done`;
    const child = read.start('billing', '--exec', ...script(loop));
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('up');
    child.kill(signal);
    expect((await lines.next()).value).toBe('trapped');
    expect(await ended).toEqual([9, null]);
  });

  it('kills a command that ignores Ctrl-C after the second one', async () => {
    const child = read.start('billing', '--exec', ...script("trap '' INT; echo $$; exec sleep 60"));
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    child.kill('SIGINT');
    await setTimeout(1200); // signals within a second count as one Ctrl-C
    expect(process.kill(pid, 0)).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await lines.next()).toMatchObject({ done: true }); // the output ends when the command does
  });

  it('does not run the command after an interruption, and does not exit with 0', async () => {
    read.world.local.state.faults = [{ path: ':access', latencyMs: 4000 }];
    const child = read.start('billing', '--exec', ...script('touch ran'));
    const ended = once(child, 'exit');
    await once(child.stderr, 'data'); // the notice that this is LOCAL, which it prints before it reads
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(await readdir(read.directory)).not.toContain('ran');
  });
});
