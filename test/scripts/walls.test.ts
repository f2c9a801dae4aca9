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
import { filesNamed, ROOT, textOf } from '../docs/markdown.ts';
import { from, PLANTS } from './planted-lines.ts';

const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

/** The files of `CIRCLE` import each other's types. Of the files of `LINE`, only the first imports the second. */
const CIRCLE = ['shared/domain/iam/circle-a.ts', 'shared/domain/iam/circle-b.ts'] as const;
const LINE = ['shared/domain/iam/line-a.ts', 'shared/domain/iam/line-b.ts'] as const;
const PAIRS = {
  [CIRCLE[0]]: "import type { B } from './circle-b.ts';\nexport type A = { b?: B };\n",
  [CIRCLE[1]]: "import type { A } from './circle-a.ts';\nexport type B = { a?: A };\n",
  [LINE[0]]: "import type { B } from './line-b.ts';\nexport type A = { b?: B };\n",
  [LINE[1]]: 'export type B = { a?: 1 };\n',
};

/** One file of each folder that ships. Each imports the files of `NOT_SHIPPED`, one on each line. */
const SHIPPED = [
  ...new Map(
    filesNamed('shared/*.ts', 'functions/*.ts', 'local/*.ts', 'cli/*.ts').map((path) => [
      dirname(path),
      path,
    ]),
  ).values(),
].filter((path) => !PLANTS.some(({ file }) => file === path));
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
    for (const path of SHIPPED) {
      write(path, NOT_SHIPPED.map((other) => from(relative(dirname(path), other))).join('\n'));
    }
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

describe('npm run check', () => {
  it.each(PLANTS)('fails where $situation, and only there', ({ file }) => {
    expect(linesOf(file)).toEqual([2]);
  });

  it('fails on a circle of type imports', () => {
    for (const path of CIRCLE) {
      expect(faults.get(path)).toMatchObject([
        { category: 'lint/suspicious/noImportCycles', line: 1 },
      ]);
    }
    expect(LINE.flatMap(linesOf)).toEqual([]);
  });

  it('fails where any folder that ships imports scripts, bench or test, by a wall of its own', () => {
    const open = SHIPPED.filter((path) => {
      const found = faults.get(path) ?? [];
      return (
        found.length < NOT_SHIPPED.length || found.some(({ message }) => /no wall/.test(message))
      );
    });
    expect(open).toEqual([]);
    expect(SHIPPED.length).toBeGreaterThan(40);
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
    const paths = PLANTS.flatMap(({ file, allowed, refused }) => [
      file,
      ...[allowed, refused].flatMap((line) => {
        const [, path] = /'(\..*\.ts)'/.exec(line) ?? [];
        return path === undefined ? [] : [join(dirname(file), path)];
      }),
    ]);
    expect(paths.filter((path) => !existsSync(join(ROOT, dirname(path))))).toEqual([]);
  });
});
