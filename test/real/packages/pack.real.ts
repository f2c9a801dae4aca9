import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Clone, cloneRepository } from '../../reader/outside/clone.ts';

const run = promisify(execFile);

let clone: Clone;
let before: string;
const openClone = async () => {
  clone = await cloneRepository();
  before = await manifest();
};

const at = (path: string) => join(clone.directory, path);
const manifest = () => readFile(at('package.json'), 'utf8');
const pack = (...flags: string[]) =>
  run('npm', ['pack', '--json', ...flags], { cwd: clone.directory });
/** The files that packing has left behind. */
const leftovers = async (): Promise<string[]> =>
  (await readdir(clone.directory, { recursive: true })).filter((path) =>
    /^[^/]+\.(tgz|next)$|^build\/.*backup/.test(path),
  );

/** These tests depend on each other, in this order. */
describe('npm pack', () => {
  beforeAll(openClone);
  afterAll(() => clone.remove());
  let packed: string;

  it('packs the present sources of the reader, their declarations and the files that npm always packs', async () => {
    await writeFile(at('shared/reader/newer.ts'), 'export const newer = 1;\n');
    const { stdout } = await pack();
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    const readerFiles = paths.filter((path) => path.startsWith('build/package/'));
    expect(readerFiles).toContain('build/package/reader/newer.js');
    for (const path of readerFiles) {
      expect(path).toMatch(/^build\/package\/(reader|domain)(\/[\w-]+)*\/[\w-]+(\.d\.ts|\.js)$/);
    }
    expect(paths.filter((path) => !readerFiles.includes(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);

    await rm(at('shared/reader/newer.ts'));
    packed = (await pack()).stdout;
    expect(packed).not.toContain('newer');
  });

  it('publishes one dependency, no script and no command, and leaves package.json as it was', async () => {
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    const { stdout } = await run('tar', ['-xzOf', at(filename), 'package/package.json']);
    const published = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(published.dependencies ?? {})).toEqual(['google-auth-library']);
    for (const key of ['bin', 'scripts', 'devDependencies', 'private']) {
      expect(published).not.toHaveProperty(key);
    }
    const { name, version, exports } = JSON.parse(before) as Record<string, unknown>;
    expect(published).toMatchObject({ name, version, exports });
    expect(await manifest()).toBe(before);
    expect(await leftovers()).toEqual([filename]);
    await rm(at(filename));
  });

  it('leaves no file behind after --dry-run', async () => {
    await pack('--dry-run');
    expect(await manifest()).toBe(before);
    expect(await leftovers()).toEqual([]);
  });

  it('leaves no file behind when the sources do not compile', async () => {
    await writeFile(at('shared/reader/broken.ts'), 'export const broken: string = 1;\n');
    await expect(pack()).rejects.toMatchObject({ stdout: expect.stringContaining('TS2322') });
    expect(await manifest()).toBe(before);
    expect(await leftovers()).toEqual([]);
  });
});

describe("npm pack, killed while the reader's package.json is in place,", () => {
  let npm: ChildProcess | undefined;
  beforeEach(openClone);
  afterEach(async () => {
    npm?.kill('SIGKILL');
    npm = undefined;
    await clone.remove();
  });

  /** A process that takes npm's part: it runs `prepack` and then does nothing until it is killed. */
  const startPacking = async (): Promise<ChildProcess> => {
    const script = `
      require('node:child_process').spawnSync(process.execPath, ['scripts/pack.ts', 'prepack'], { stdio: 'ignore' });
      console.log('prepacked');
      setInterval(() => {}, 1000);
    `;
    npm = spawn(process.execPath, ['-e', script], { cwd: clone.directory });
    if (npm.stdout) await once(npm.stdout, 'data');
    return npm;
  };
  const kill = async (npm: ChildProcess) => {
    const ended = once(npm, 'exit');
    npm.kill('SIGKILL');
    await ended;
  };
  const backupGone = async () => {
    for (let round = 0; round < 200; round++) {
      if (!(await readdir(at('build'))).includes('package.backup.json')) return;
      await setTimeout(50);
    }
  };

  it("gets the repository's package.json put back", async () => {
    const npm = await startPacking();
    expect(await manifest()).not.toBe(before);
    await kill(npm);
    await backupGone();
    expect(await manifest()).toBe(before);
  });

  it('leaves a package.json that somebody has edited since as it is', async () => {
    const npm = await startPacking();
    await writeFile(at('package.json'), '{"name":"other"}\n');
    await kill(npm);
    await backupGone();
    expect(await manifest()).toBe('{"name":"other"}\n');
  });
});
