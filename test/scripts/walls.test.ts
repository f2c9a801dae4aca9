import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { LOADERS, ROOMS } from '../../scripts/walls/rooms.ts';
import { brokenWallsIn, roomOf } from '../../scripts/walls/walls.ts';
import { filesNamed, ROOT, textOf } from '../docs/markdown.ts';
import { from, PLANTS, type Plant } from './planted-lines.ts';

const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
const CHECK_WALLS = join(ROOT, 'scripts/check-walls.ts');

/** The files of `CIRCLE` import each other's types. Of the files of `LINE`, only the first imports the second. */
const CIRCLE = ['shared/domain/iam/circle-a.ts', 'shared/domain/iam/circle-b.ts'] as const;
const LINE = ['shared/domain/iam/line-a.ts', 'shared/domain/iam/line-b.ts'] as const;
const PAIRS = {
  [CIRCLE[0]]: "import type { B } from './circle-b.ts';\nexport type A = { b?: B };\n",
  [CIRCLE[1]]: "import type { A } from './circle-a.ts';\nexport type B = { a?: A };\n",
  [LINE[0]]: "import type { B } from './line-b.ts';\nexport type A = { b?: B };\n",
  [LINE[1]]: 'export type B = { a?: 1 };\n',
};

/** One file of each folder that ships. */
const SHIPPED = [
  ...new Map(
    filesNamed('shared/*.ts', 'functions/*.ts', 'local/*.ts', 'cli/*.ts').map((path) => [
      dirname(path),
      path,
    ]),
  ).values(),
];
const NOT_SHIPPED = ['scripts/schema.ts', 'bench/main.ts', 'test/local/project-cloud.ts'];

type Fault = { readonly category: string; readonly message: string; readonly line: number };

let faults: ReadonlyMap<string, readonly Fault[]>;
beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'hopmint-walls-'));
  try {
    const write = (path: string, text: string) => {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    };
    for (const path of ['biome.json', 'scripts/lint']) {
      cpSync(join(ROOT, path), join(directory, path), { recursive: true });
    }
    for (const { file, allowed, refused } of PLANTS) write(file, `${allowed}\n${refused}\n`);
    for (const [file, text] of Object.entries(PAIRS)) write(file, text);
    faults = lint(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

/** The errors of `biome lint`, by file. */
function lint(directory: string): Map<string, Fault[]> {
  const args = [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: {
      severity: string;
      category: string;
      message: string;
      location: { path: string; start: { line: number } };
    }[];
  };
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return Map.groupBy(
    errors.map(({ category, message, location: { path, start } }) => ({
      path,
      category,
      message,
      line: start.line,
    })),
    ({ path }) => path,
  );
}

const linesOf = (path: string) => (faults.get(path) ?? []).map(({ line }) => line);

/** The lines of a planted file that lint or a wall refuses. */
const refusedLinesIn = ({ file, allowed, refused }: Plant) => [
  ...linesOf(file),
  ...brokenWallsIn(file, `${allowed}\n${refused}\n`).map((fault) => Number(fault.split(':')[1])),
];

describe('npm run check', () => {
  it.each(PLANTS)('fails where $situation, and only there', (plant) => {
    expect(new Set(refusedLinesIn(plant))).toEqual(new Set([2]));
  });

  it('fails on a circle of type imports', () => {
    for (const path of CIRCLE) {
      expect(faults.get(path)).toMatchObject([
        { category: 'lint/suspicious/noImportCycles', line: 1 },
      ]);
    }
    expect(LINE.flatMap(linesOf)).toEqual([]);
  });

  it('fails where any folder that ships imports scripts, bench or test', () => {
    const open = SHIPPED.filter((path) => {
      const code = NOT_SHIPPED.map((other) => from(relative(dirname(path), other))).join('\n');
      return brokenWallsIn(path, code).length < NOT_SHIPPED.length;
    });
    expect(open).toEqual([]);
    expect(SHIPPED.length).toBeGreaterThan(40);
  });

  it('fails on a file in no room', () => {
    expect(brokenWallsIn('stray.ts', 'export const a = 1;')).toEqual([
      expect.stringMatching(/^stray\.ts:1: This file is in no room\. /),
    ]);
  });

  it('names the room, the file, and what the room may import', () => {
    expect(brokenWallsIn('shared/domain/yaml/a.ts', `\n${from('../../google/cloud.ts')}`)).toEqual([
      'shared/domain/yaml/a.ts:2: shared/domain/yaml may not import shared/google/cloud.ts, of the room shared/google. It may import these rooms: shared/domain/basics. The domain is pure: no I/O and no clock.',
    ]);
  });

  it('counts lines after letters of several bytes', () => {
    const code = `export const a = '${'é—中'.repeat(20)}';\n${from('node:fs')}${'\n// …'.repeat(40)}`;
    expect(brokenWallsIn('shared/domain/yaml/a.ts', code)).toEqual([
      expect.stringMatching(
        /^shared\/domain\/yaml\/a\.ts:2: .* may not import the package node:fs\./,
      ),
    ]);
  });

  it('passes on this tree', () => {
    const { status, stderr } = spawnSync(process.execPath, [CHECK_WALLS], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('fails on each broken wall of a tree, also in a file that git does not track', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hopmint-walls-'));
    try {
      spawnSync('git', ['init', '-q'], { cwd: directory });
      mkdirSync(join(directory, 'cli/terminal'), { recursive: true });
      writeFileSync(join(directory, 'cli/terminal/a.mts'), from('../main.ts'));
      writeFileSync(join(directory, 'stray.js'), '');
      const { status, stderr } = spawnSync(process.execPath, [CHECK_WALLS], {
        cwd: directory,
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^cli\/terminal\/a\.mts:1: .*\nstray\.js:1: .*\nMove the code /);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('runs the check of the walls', () => {
    expect(JSON.parse(textOf('package.json')).scripts.check).toContain(
      ' && node scripts/check-walls.ts && ',
    );
  });

  it('has rooms in an order: each imports only rooms above it', () => {
    const names = Object.keys(ROOMS);
    const upwards = Object.entries(ROOMS).flatMap(([room, { rooms }]) =>
      rooms
        .filter((other) => names.indexOf(other) > names.indexOf(room))
        .map((other) => `${room} imports ${other}`),
    );
    expect(upwards).toEqual(['cli/commands/local imports cli/commands/start']);
  });

  it('has no room and no exception for files that do not exist', () => {
    const named = Object.entries(ROOMS).flatMap(([room, { rooms }]) => [room, ...rooms]);
    const unused = [...named, ...LOADERS].filter(
      (path) => path !== '*' && !existsSync(join(ROOT, path)),
    );
    expect(unused).toEqual([]);
  });

  it('has a room for each name that a room may import, or it is one file', () => {
    const named = Object.values(ROOMS).flatMap(({ rooms }) => rooms);
    const partial = named.filter(
      (name) => !/\.(ts|json)$|^\*$/.test(name) && roomOf(name) !== name,
    );
    expect(partial).toEqual([]);
  });

  it('has no rule for files that do not exist', () => {
    const { plugins, overrides } = JSON.parse(textOf('biome.json')) as {
      plugins: (string | { includes: string[] })[];
      overrides: { includes: string[] }[];
    };
    const patterns = [...plugins, ...overrides].flatMap((rule) =>
      typeof rule === 'string' ? [] : rule.includes,
    );
    const unused = patterns.filter(
      (pattern) => globSync(pattern.replace(/^!/, ''), { cwd: ROOT }).length === 0,
    );
    expect(unused).toEqual([]);
  });

  it('is tested on folders that exist', () => {
    const paths = PLANTS.flatMap(({ file, allowed, refused, newFolder }) => [
      file,
      ...[allowed, newFolder ? '' : refused].flatMap((line) => {
        const [, path] = /'(\..*\.ts)'/.exec(line) ?? [];
        return path === undefined ? [] : [join(dirname(file), path)];
      }),
    ]);
    expect(paths.filter((path) => !existsSync(join(ROOT, dirname(path))))).toEqual([]);
  });
});
