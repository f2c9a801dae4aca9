import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { read as command } from '../../../cli/commands/read/read.ts';
import { recordingIo } from '../recording-io.ts';
import { openReadWorld, type ReadWorld } from './world.ts';

let read: ReadWorld;
beforeEach(async () => {
  read = await openReadWorld();
});
afterEach(() => read.close());

describe('hopmint read --out', () => {
  it('replaces a file with one that only its owner can read', async () => {
    const path = join(read.directory, 'credential');
    await writeFile(path, 'the old content', { mode: 0o644 });
    expect(await read.hopmint('billing', '--out', path)).toMatchObject({ code: 0, out: '' });
    expect(await readFile(path, 'utf8')).toBe(read.token);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(read.directory)).toEqual(['chains.yaml', 'credential', 'token']);
  });

  it('leaves the old file if it cannot read the credential', async () => {
    const path = join(read.directory, 'credential');
    await writeFile(path, 'the old content');
    read.world.local.state.faults = [{ path: ':access', status: 403 }];
    expect(await read.hopmint('billing', '--out', path)).toMatchObject({ code: 3 });
    expect(await readFile(path, 'utf8')).toBe('the old content');
  });

  it('refuses a folder that does not exist', async () => {
    const run = await read.hopmint(
      'billing',
      '--out',
      join(read.directory, 'missing', 'credential'),
    );
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining('ENOENT') });
  });

  it('keeps the file fresh with --watch, through an outage, until it is stopped', async () => {
    const path = join(read.directory, 'credential');
    const { io, written } = recordingIo(read.env);
    const stop = new AbortController();
    const next = await read.world.accessToken();
    const contents: string[] = [];
    let round = 0;
    const code = await command(
      { source: read.chains, json: false, chain: 'billing', out: path, watch: true },
      { ...io, now: () => read.world.clock.now, signal: stop.signal },
      async () => {
        contents.push(await readFile(path, 'utf8'));
        round += 1;
        if (round === 1) read.world.local.state.faults = [{ path: ':access', status: 503 }];
        if (round === 3) {
          read.world.local.state.faults = [];
          read.world.advance(-25);
          await read.world.store(await read.world.json({ token: next }));
          read.world.advance(25);
        }
        if (round === 5) stop.abort();
        read.world.advance(round < 3 ? 29 : 0.5);
      },
    );
    expect(code).toBe(0);
    expect(contents).toEqual([read.token, read.token, read.token, next, next]);
    expect(`${written.out}${written.err}`).not.toContain(read.token);
    expect(written.err).toMatch(/version 2, valid until /);
  });
});
