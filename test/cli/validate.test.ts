import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from '../../cli/commands/validate.ts';
import { readChainFile } from '../../cli/operator/chain-file.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
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
  it('says how many chains are right', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: false }, io, holding(RIGHT))).toBe(0);
    expect(written).toEqual({ out: 'chains.yaml: 4 chains, no fault\n', err: '' });
  });

  it('does not fail for a warning', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: false }, io, holding(expired))).toBe(0);
    expect(written).toEqual({
      out: 'chains.yaml: 4 chains, 1 warning\n',
      err: 'chains.yaml:27:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry\n',
    });
  });

  it('tells every fault, one a line, and exits 2', async () => {
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

  it('answers machines with JSON and nothing else', async () => {
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

  it('answers machines that all is right', async () => {
    const { io, written } = recordingIo();
    expect(await validate({ source: 'chains.yaml', json: true }, io, holding(RIGHT))).toBe(0);
    expect(written).toEqual({ out: '{"ok":true,"faults":[]}\n', err: '' });
  });
});

describe('hopmint validate, of a file that cannot be read,', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
    await writeFile(join(directory, 'latin1.yaml'), Buffer.from('# gr\xf6\xdfe\n', 'latin1'));
    await writeFile(join(directory, 'right.yaml'), RIGHT);
  });
  afterAll(() => rm(directory, { recursive: true }));

  const cases: [title: string, name: string, message: RegExp][] = [
    ['one that is not there, says how to begin', 'none.yaml', /no such file: .*\.\/hopmint init/],
    ['one in another encoding, says which to save it in', 'latin1.yaml', /not UTF-8 text/],
  ];
  it.each(cases)('%s', async (_title, name, message) => {
    const { io, written } = recordingIo();
    const chains = join(directory, name);
    expect(await validate({ source: chains, json: false }, io)).toBe(2);
    expect(written.err.split('\n')[0]).toMatch(message);
    expect(written.err.startsWith(`${chains}:1:1: error: `)).toBe(true);
    expect(written.out).toBe('');
  });

  it('takes one that is right from the disk', async () => {
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

  const sources: [title: string, source: string, exit: number, told: RegExp][] = [
    ['is read as the operator', 'gs://acme-hopmint/ops/chains.yaml', 0, /no fault/],
    ['is told to be faulty', 'gs://acme-hopmint/empty.yaml', 2, /empty\.yaml:1:1: error/],
    ['is told not to be there', 'gs://acme-hopmint/none.yaml', 2, /there is no such object/],
    ['is told to need an object', 'gs://acme-hopmint', 2, /write the bucket and the object/],
  ];
  it.each(sources)('%s', async (_title, chains, exit, told) => {
    const { io, written } = recordingIo();
    expect(await validate({ source: chains, json: false }, { ...io, env })).toBe(exit);
    expect(written.out + written.err).toMatch(told);
  });
});

describe('a command that needs the chains', () => {
  it('gets them, and its user the warnings', async () => {
    const { io, written } = recordingIo();
    const read = await readChainFile('chains.yaml', io, holding(expired));
    expect(read).toMatchObject({ ok: true, value: { isPublished: false } });
    expect(read.ok && read.value.file.chains).toHaveLength(4);
    expect(written.err).toMatch(/^chains.yaml:27:14: warning: /);
  });

  it('is not troubled with hints', async () => {
    const { io, written } = recordingIo();
    const hinted = edited([
      ['target: vault@acme-data.iam.gserviceaccount.com', 'target: 104857600000000000000'],
    ]);
    expect(await readChainFile('chains.yaml', io, holding(hinted))).toMatchObject({ ok: true });
    expect(written.err).toBe('');
  });

  it('ends with 2 when there is an error', async () => {
    const { io, written } = recordingIo();
    expect(await readChainFile('chains.yaml', io, holding(faulty))).toEqual({
      ok: false,
      error: 2,
    });
    expect(written.err.match(/error/g)).toHaveLength(2);
  });
});
