import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { validate } from '../../cli/commands/validate.ts';
import { openSource } from '../../cli/operator/chain-file.ts';
import { readSource } from '../../cli/operator/source.ts';
import { compile } from '../../shared/domain/published/compile.ts';
import { recordingIo } from './recording-io.ts';

const SETTINGS = 'caller: minter@acme-ops.iam.gserviceaccount.com\n';
const chain = (name: string) => `  - name: ${name}
    target: ${name}@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com, includeEmail: true }
    secret: projects/acme-ops/secrets/${name}
`;
const listOf = (...names: string[]) => `chains:\n${names.map(chain).join('')}`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-sources-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = async (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
};
const openIn = (path = directory) => {
  const { io } = recordingIo();
  return openSource(path, io.now(), readSource(io));
};
const run = async (path = directory) => {
  const { io, written } = recordingIo();
  return { exit: await validate({ source: path, json: false }, io), ...written };
};

describe('a folder as the source', () => {
  it('is one chain file: the settings of one file, and the chains of all files in the order of their names', async () => {
    await write({
      'settings.yaml': SETTINGS,
      'b.yml': listOf('two', 'three'),
      'a.json': JSON.stringify({
        chains: [
          {
            name: 'one',
            target: 'one@acme-data.iam.gserviceaccount.com',
            credential: { kind: 'id-token', audience: 'https://a.example.com' },
            secret: 'projects/acme-ops/secrets/one',
          },
        ],
      }),
    });
    const { opened } = await openIn();
    expect(opened?.file.chains.map(({ name, source }) => [name, source])).toEqual([
      ['one', { path: join(directory, 'a.json'), line: 1 }],
      ['two', { path: join(directory, 'b.yml'), line: 2 }],
      ['three', { path: join(directory, 'b.yml'), line: 6 }],
    ]);
    expect(opened?.sources.map(({ path }) => path)).toEqual(
      ['a.json', 'b.yml', 'settings.yaml'].map((name) => join(directory, name)),
    );
  });

  it('ignores subfolders, hidden files, schemas for editors, and files of other kinds', async () => {
    await write({
      'chains.yaml': SETTINGS + listOf('one'),
      'chains.schema.json': '{"type": "object"}',
      '.hidden.yaml': 'this: is not a chain file',
      'team/more.yaml': 'this: is not a chain file',
      'folder.yaml/more.yaml': 'this: is not a chain file',
      'README.md': '# Chains',
    });
    expect(await run()).toMatchObject({ exit: 0, err: '' });
  });

  it('reports the faults of every file, each with its path, line and column', async () => {
    await write({
      'a.yaml': listOf('one').replace('id-token', 'oidc'),
      'b.yaml': `${SETTINGS}tickEvery: 60\n`,
    });
    const { exit, err } = await run();
    expect(exit).toBe(2);
    expect(err).toContain(`${join(directory, 'a.yaml')}:4:25: error: "oidc" is not a kind`);
    expect(err).toContain(`${join(directory, 'b.yaml')}:2:12: error: 60 has no unit`);
  });

  it('names both files where a chain is in two of them', async () => {
    await write({ 'a.yaml': SETTINGS + listOf('one'), 'b.yaml': listOf('one') });
    const { exit, err } = await run();
    expect(exit).toBe(2);
    expect(err).toMatch(/b\.yaml:\d+:\d+: error: .*a\.yaml:\d+/);
  });

  it('names the file that cannot be read', async () => {
    await write({ 'a.yaml': SETTINGS + listOf('one') });
    await symlink('nowhere.yaml', join(directory, 'b.yaml'));
    expect(await run()).toMatchObject({
      exit: 2,
      err: expect.stringContaining(
        `${join(directory, 'b.yaml')}:1:1: error: there is no such file`,
      ),
    });
  });

  it('without a chain file says how to write a first one there', async () => {
    await write({ 'README.md': '# Chains' });
    expect(await run()).toMatchObject({
      exit: 2,
      err: expect.stringContaining(
        `${directory}:1:1: error: this folder has no chain file (*.yaml, *.yml or *.json): write a first one with "./hopmint init -f ${join(directory, 'chains.yaml')}"`,
      ),
    });
  });
});

describe('a published file as the source', () => {
  const until = new Date('2026-11-22T13:00:00Z');
  beforeEach(async () => {
    await write({ 'chains.yaml': SETTINGS + listOf('one', 'two') });
    const { opened } = await openIn(join(directory, 'chains.yaml'));
    if (!opened) throw new Error('no chain file');
    const pauses = [{ chain: 'two', until, reason: 'INC-1' }];
    await write({ 'chains.jsonl': compile(opened.file, { sources: opened.sources, pauses }) });
  });

  it('gives the chains as they were written, and the pauses of the operator', async () => {
    const { opened, faults } = await openIn(join(directory, 'chains.jsonl'));
    expect(faults).toEqual([]);
    expect(opened?.isPublished).toBe(true);
    expect(opened?.file.chains.map(({ name, paused }) => [name, paused])).toEqual([
      ['one', undefined],
      ['two', { until, reason: 'INC-1' }],
    ]);
    expect(opened?.file.chains[1]?.source).toEqual({
      path: join(directory, 'chains.yaml'),
      line: 7,
    });
  });

  it('is refused after an edit by hand', async () => {
    const path = join(directory, 'chains.jsonl');
    const { io } = recordingIo();
    const text = await readSource(io)(path);
    if (!text.ok) throw new Error(text.error.message);
    await write({ 'chains.jsonl': text.value.texts[0]?.text.replace('INC-1', 'INC-2') ?? '' });
    expect(await run(path)).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/chains\.jsonl:1:1: error: the digest in line 1 does not fit/),
    });
  });
});

describe('a file with a byte order mark', () => {
  it('is read like one without, and keeps its own digest', async () => {
    await write({
      'chains.yaml': `\uFEFF${SETTINGS}${listOf('one')}`,
      'plain.yaml': SETTINGS + listOf('one'),
    });
    const marked = await openIn(join(directory, 'chains.yaml'));
    const plain = await openIn(join(directory, 'plain.yaml'));
    expect(marked.faults).toEqual([]);
    expect(marked.opened?.file.chains).toHaveLength(1);
    expect(marked.opened?.version.digest).not.toBe(plain.opened?.version.digest);
  });
});
