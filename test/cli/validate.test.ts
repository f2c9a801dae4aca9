import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init } from '../../cli/commands/init/init.ts';
import { validate } from '../../cli/commands/validate.ts';
import { readChainFile } from '../../cli/operator/chain-file.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { chainFileJsonSchema } from '../../shared/domain/chain-file/schema/chain-file.ts';
import { edited, RIGHT } from '../domain/chain-file/rows.ts';
import { holding } from './holding.ts';
import { recordingIo } from './recording-io.ts';

const expired = edited([['expires: 2027-03-01', 'expires: 2026-03-01']]);
const faulty = edited([
  ['tickEvery: 1m', 'tickEvery: 60'],
  ['kind: id-token', 'kind: oidc'],
  ['expires: 2027-03-01', 'expires: 2026-03-01'],
]);

describe('hopmint validate', () => {
  it('counts the chains of a right file', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: false }, io, holding(RIGHT))).toBe(0);
    expect(written).toEqual({ out: 'chains.yaml: 4 chains, no fault\n', err: '' });
  });

  it('exits 0 with a warning', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: false }, io, holding(expired))).toBe(0);
    expect(written).toEqual({
      out: 'chains.yaml: 4 chains, 1 warning\n',
      err: 'chains.yaml:27:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry\n',
    });
  });

  it('prints every fault on a line of its own, and exits 2', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'a/b.yaml', json: false }, io, holding(faulty))).toBe(2);
    expect(written.out).toBe('');
    expect(written.err.split('\n')).toEqual([
      'a/b.yaml:2:12: error: 60 has no unit: write 60s, or 1m',
      'a/b.yaml:12:25: error: "oidc" is not a kind: write kind: access-token, id-token, signed-jwt, signed-blob',
      'a/b.yaml:27:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry',
      'a/b.yaml: 2 errors, 1 warning',
      '',
    ]);
  });

  it('prints only JSON for machines', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: true }, io, holding(faulty))).toBe(2);
    expect(written.err).toBe('');
    const answer = JSON.parse(written.out);
    expect(answer.ok).toBe(false);
    expect(answer.faults).toHaveLength(3);
    expect(answer.faults[0]).toEqual({
      severity: 'error',
      line: 2,
      column: 12,
      source: 'chains.yaml',
      path: 'tickEvery',
      message: '60 has no unit: write 60s, or 1m',
    });
  });

  it('prints JSON for a right file', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: true }, io, holding(RIGHT))).toBe(0);
    expect(written).toEqual({ out: '{"ok":true,"faults":[]}\n', err: '' });
  });
});

describe('hopmint validate, with a file on disk,', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
    await writeFile(join(directory, 'latin1.yaml'), Buffer.from('# gr\xf6\xdfe\n', 'latin1'));
    await writeFile(join(directory, 'right.yaml'), RIGHT);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each([
    {
      mistake: 'it does not exist, and names the command that writes a first one',
      name: 'none.yaml',
      message: /no such file: .*\.\/hopmint init/,
    },
    { mistake: 'it is not UTF-8', name: 'latin1.yaml', message: /not UTF-8 text/ },
  ])('says that $mistake', async ({ name, message }) => {
    const { io, written } = recordingIo();
    const chains = join(directory, name);
    expect(await validate({ source: chains, json: false }, io)).toBe(2);
    expect(written.err.split('\n')[0]).toMatch(message);
    expect(written.err.startsWith(`${chains}:1:1: error: `)).toBe(true);
    expect(written.out).toBe('');
  });

  it('accepts a right file', async () => {
    const { io } = recordingIo();
    expect(await validate({ source: join(directory, 'right.yaml'), json: false }, io)).toBe(0);
  });
});

describe('a chain file in Cloud Storage', () => {
  let directory: string;
  let local: LocalCloud;
  let env: Record<string, string>;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
    const reader = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
    local = await startLocalCloud({
      seed: {
        projects: [{ id: 'acme-ops', policy: { bindings: [reader] } }],
        accounts: [],
        objects: [
          { bucket: 'acme-hopmint', name: 'ops/chains.yaml', text: RIGHT },
          { bucket: 'acme-hopmint', name: 'empty.yaml', text: '' },
        ],
      },
    });
    const answer = await fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account: 'user:ada@acme.com' }),
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const token = join(directory, 'token');
    await writeFile(token, accessToken);
    env = { HOPMINT_CLOUD: local.url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token };
  });
  afterAll(async () => {
    await local.close();
    await rm(directory, { recursive: true });
  });

  it.each([
    {
      result: 'is read as the operator',
      source: 'gs://acme-hopmint/ops/chains.yaml',
      exit: 0,
      says: /no fault/,
    },
    {
      result: 'is refused with a fault',
      source: 'gs://acme-hopmint/empty.yaml',
      exit: 2,
      says: /empty\.yaml:1:1: error/,
    },
    {
      result: 'is refused if it does not exist',
      source: 'gs://acme-hopmint/none.yaml',
      exit: 2,
      says: /there is no such object/,
    },
    {
      result: 'is refused without the name of the object',
      source: 'gs://acme-hopmint',
      exit: 2,
      says: /write the bucket and the object/,
    },
  ])('$result', async ({ source, exit, says }) => {
    const { io, written } = recordingIo();
    expect(await validate({ source, json: false }, { ...io, env })).toBe(exit);
    expect(written.out + written.err).toMatch(says);
  });
});

describe('the chain file of any other command', () => {
  it('is read, and its warnings are printed', async () => {
    const { io, written } = recordingIo();
    const read = await readChainFile('chains.yaml', io, holding(expired));
    expect(read).toMatchObject({ ok: true, value: { isPublished: false } });
    expect(read.ok && read.value.file.chains).toHaveLength(4);
    expect(written.err).toMatch(/^chains.yaml:27:14: warning: /);
  });

  it('is read without printing hints', async () => {
    const { io, written } = recordingIo();
    const hinted = edited([
      ['target: vault@acme-data.iam.gserviceaccount.com', 'target: 104857600000000000000'],
    ]);
    expect(await readChainFile('chains.yaml', io, holding(hinted))).toMatchObject({ ok: true });
    expect(written.err).toBe('');
  });

  it('gives exit code 2 if it has an error', async () => {
    const { io, written } = recordingIo();
    expect(await readChainFile('chains.yaml', io, holding(faulty))).toEqual({
      ok: false,
      error: 2,
    });
    expect(written.err.match(/error/g)).toHaveLength(2);
  });
});

describe('hopmint init', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);

  it('writes a file in which validate finds no fault', async () => {
    const { io, written } = recordingIo();
    expect(await init({ source: at('chains.yaml') }, io)).toBe(0);
    const { file, faults } = parseChainFiles(
      [{ path: 'chains.yaml', text: await readFile(at('chains.yaml'), 'utf8') }],
      io.now(),
    );
    expect(faults).toEqual([]);
    expect(file?.chains.map(({ credential }) => credential.kind)).toEqual([
      'access-token',
      'id-token',
      'signed-jwt',
    ]);
    expect(written.err).toContain(`./hopmint validate -f ${at('chains.yaml')}`);
  });

  it('writes comments that are right too, once they are uncommented', async () => {
    const { io } = recordingIo();
    await init({ source: at('chains.yaml') }, io);
    const text = await readFile(at('chains.yaml'), 'utf8');
    const uncommented = text.replace(/^# (exceptions:|administrators:| {2}.*)$/gm, '$1');
    const { file, faults } = parseChainFiles(
      [{ path: 'chains.yaml', text: uncommented }],
      io.now(),
    );
    expect(faults).toEqual([]);
    expect(file?.exceptions).toHaveLength(1);
    expect(file?.administrators).toHaveLength(1);
  });

  it('writes the schema that the first line of the file names', async () => {
    const { io } = recordingIo();
    await init({ source: at('chains.yaml') }, io);
    const [, name] =
      /^# yaml-language-server: \$schema=\.\/(\S+)\n/.exec(
        await readFile(at('chains.yaml'), 'utf8'),
      ) ?? [];
    expect(JSON.parse(await readFile(at(name ?? ''), 'utf8'))).toEqual(chainFileJsonSchema());
  });

  it('does not change an existing file', async () => {
    await writeFile(at('chains.yaml'), 'mine');
    const { io, written } = recordingIo();
    expect(await init({ source: at('chains.yaml') }, io)).toBe(2);
    expect(await readFile(at('chains.yaml'), 'utf8')).toBe('mine');
    expect(await readdir(directory)).toEqual(['chains.yaml']);
    expect(written.err).toMatch(/exists already and was not changed/);
  });

  it('overwrites an existing file with --force', async () => {
    await writeFile(at('chains.yaml'), 'mine');
    const { io } = recordingIo();
    expect(await init({ source: at('chains.yaml'), force: true }, io)).toBe(0);
    expect(await readFile(at('chains.yaml'), 'utf8')).toMatch(/^caller:/m);
  });

  it.each([
    {
      mistake: 'a folder that does not exist',
      name: 'none/chains.yaml',
      message: /none does not exist: create it first/,
    },
    {
      mistake: 'a JSON file, which has no comments',
      name: 'chains.json',
      message: /write a path that ends in .yaml/,
    },
  ])('refuses $mistake', async ({ name, message }) => {
    const { io, written } = recordingIo();
    expect(await init({ source: at(name) }, io)).toBe(2);
    expect(written.err).toMatch(message);
    expect(await readdir(directory)).toEqual([]);
  });
});
