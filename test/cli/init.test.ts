import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init } from '../../cli/commands/init.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { chainFileJsonSchema } from '../../shared/domain/chain-file/schema/chain-file.ts';
import { recordingIo } from './recording-io.ts';

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
