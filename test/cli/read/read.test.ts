import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadOptions } from '../../../cli/commands/read/options.ts';
import { read as command } from '../../../cli/commands/read/read.ts';
import { OTHER } from '../../reader/world.ts';
import { recordingIo } from '../recording-io.ts';
import { openReadWorld, type ReadWorld } from './world.ts';

describe('Read:', () => {
  let read: ReadWorld;
  beforeEach(async () => {
    read = await openReadWorld();
  });
  afterEach(() => read.close());

  describe('hopmint read', () => {
    it('shows how fresh the credential is, and not the credential', async () => {
      const { code, out, err } = await read.hopmint('billing');
      expect(code).toBe(0);
      expect(out).toMatch(
        /^billing {2}access-token, json\nversion {2}1 of projects\/acme-ops\/secrets\/billing\n/,
      );
      expect(out).toMatch(/\nexpires {2}\S+Z, in (59|60)m, as the payload says\n$/);
      expect(`${out}${err}`).not.toContain(read.token);
      expect(err).toBe('LOCAL: this command used the local cloud, not Google\n');
    });

    it('prints JSON for machines', async () => {
      const { out } = await read.hopmint('billing', '--json');
      expect(JSON.parse(out)).toMatchObject({ chain: 'billing', version: 1, kind: 'access-token' });
      expect(out).not.toContain(read.token);
      const revealed = await read.hopmint('billing', '--json', '--reveal');
      expect(JSON.parse(revealed.out)).toMatchObject({ content: read.token });
    });

    it.each([
      { flags: ['--reveal'], before: '' },
      { flags: ['--reveal', '--header'], before: 'Authorization: Bearer ' },
    ])('prints the credential with $flags', async ({ flags, before }) => {
      const out = `${before}${read.token}\n`;
      expect(await read.hopmint('billing', ...flags)).toMatchObject({ code: 0, out });
    });

    it('refuses a credential of another account than the target', async () => {
      await read.world.store(await read.world.json({ token: await read.world.accessToken(OTHER) }));
      const { code, out, err } = await read.hopmint('billing', '--reveal');
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('another account');
    });

    it('refuses a credential of another kind than the chain file says', async () => {
      const audience = 'https://partner.example.com';
      await read.world.store((await read.world.mint('generateIdToken', { audience })).token ?? '');
      expect(await read.hopmint('billing', '--reveal')).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('has the kind id-token'),
      });
    });
  });

  describe('hopmint read refuses, with exit code 2,', () => {
    const billing = { json: false, chain: 'billing' };
    type Row = { mistake: string; options: Omit<ReadOptions, 'source'>; says: string };
    it.each<Row>([
      {
        mistake: 'an unknown chain',
        options: { ...billing, chain: 'biling' },
        says: 'did you mean billing?',
      },
      {
        mistake: 'two ways to hand the credential over',
        options: { ...billing, reveal: true, out: 'x' },
        says: 'choose one of',
      },
      {
        mistake: '--header alone',
        options: { ...billing, header: true },
        says: '--header needs',
      },
      {
        mistake: '--exec without a command',
        options: { ...billing, exec: true },
        says: 'after --',
      },
      {
        mistake: 'a command without --exec',
        options: { ...billing, command: ['ls'] },
        says: 'add --exec',
      },
      {
        mistake: '--env without a command',
        options: { ...billing, env: 'TOKEN' },
        says: '--env needs',
      },
      {
        mistake: 'a text that is no name of a variable',
        options: { ...billing, exec: true, command: ['ls'], env: 'A=b' },
        says: 'the name of a variable',
      },
      {
        mistake: '--watch without --out',
        options: { ...billing, watch: true },
        says: 'name it with --out',
      },
    ])('$mistake', async ({ options, says }) => {
      const { io, written } = recordingIo(read.env);
      expect(await command({ ...options, source: read.chains }, io)).toBe(2);
      expect(written.out).toBe('');
      expect(written.err).toContain(says);
      expect(read.world.accesses()).toEqual([]);
    });
  });
});

describe('Out:', () => {
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
});
