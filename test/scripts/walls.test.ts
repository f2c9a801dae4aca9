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

const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

const from = (path: string) => `export type { Planted } from '${path}';`;

/** Each row is a file of two lines. Its wall allows the first line and refuses the second. */
const PLANTS = [
  {
    situation: 'a room of the domain imports a room above it',
    file: 'shared/domain/basics/planted.ts',
    allowed: from('./result.ts'),
    refused: from('../audit/finding/finding.ts'),
  },
  {
    situation: 'a nested folder imports a room above its own',
    file: 'shared/domain/audit/access/planted.ts',
    allowed: from('../finding/finding.ts'),
    refused: from('../../../report/text.ts'),
  },
  {
    situation: 'a nested folder imports a later folder of its room',
    file: 'shared/domain/audit/finding/planted.ts',
    allowed: from('../../iam/snapshot.ts'),
    refused: from('../access/reach.ts'),
  },
  {
    situation: 'the domain does I/O',
    file: 'shared/domain/iam/planted.ts',
    allowed: from('zod'),
    refused: from('node:fs'),
  },
  {
    situation: 'an operation imports the wire',
    file: 'shared/operations/planted-wire.ts',
    allowed: from('../cloud/cloud.ts'),
    refused: from('../google/cloud.ts'),
  },
  {
    situation: "an operation imports one of Google's clients",
    file: 'shared/operations/planted-client.ts',
    allowed: from('p-limit'),
    refused: from('@google-cloud/pubsub'),
  },
  {
    situation: 'a report imports the port',
    file: 'shared/report/page/planted.ts',
    allowed: from('../../domain/audit/report.ts'),
    refused: from('../../cloud/cloud.ts'),
  },
  {
    situation: 'the reader imports the audit',
    file: 'shared/reader/planted.ts',
    allowed: from('../domain/chain/credential.ts'),
    refused: from('../domain/audit/report.ts'),
  },
  {
    situation: 'a function imports the folder of another',
    file: 'functions/mint/planted-step.ts',
    allowed: from('../runtime/batch.ts'),
    refused: from('../audit/auditor.ts'),
  },
  {
    situation: 'an entry point imports the folder of another function',
    file: 'functions/mint/entry-point.ts',
    allowed: from('../../shared/google/cloud.ts'),
    refused: from('../fanout/fanout.ts'),
  },
  {
    situation: 'a step of a function imports the wire',
    file: 'functions/audit/planted-wire.ts',
    allowed: from('../../shared/operations/audit.ts'),
    refused: from('../../shared/google/cloud.ts'),
  },
  {
    situation: 'a step of a function imports the log',
    file: 'functions/audit/planted-log.ts',
    allowed: from('../../shared/telemetry/trace.ts'),
    refused: from('../../shared/telemetry/log.ts'),
  },
  {
    situation: 'a function imports a reader of YAML',
    file: 'functions/mint/planted-yaml.ts',
    allowed: from('../../shared/domain/published/chain-line.ts'),
    refused: from('../../shared/domain/yaml/read.ts'),
  },
  {
    situation: 'an operation, which functions use, imports the reader of chain files',
    file: 'shared/operations/planted-yaml.ts',
    allowed: from('../domain/published/chain-line.ts'),
    refused: from('../domain/chain-file/parse.ts'),
  },
  {
    situation: 'the local cloud imports shared',
    file: 'local/services/iam/planted.ts',
    allowed: from('../../core/projects.ts'),
    refused: from('../../../shared/domain/iam/member.ts'),
  },
  {
    situation: 'a room of the local cloud imports a room above it',
    file: 'local/core/planted.ts',
    allowed: from('../state/state.ts'),
    refused: from('../server/router.ts'),
  },
  {
    situation: 'a service of the local cloud imports another',
    file: 'local/services/secretmanager/planted.ts',
    allowed: from('../../authorization/authorize.ts'),
    refused: from('../pubsub/page-by-name.ts'),
  },
  {
    situation: 'a folder of a service of the local cloud imports another service',
    file: 'local/services/secretmanager/versions/planted.ts',
    allowed: from('../secret-store.ts'),
    refused: from('../../pubsub/page-by-name.ts'),
  },
  {
    situation: 'a command imports functions',
    file: 'cli/commands/planted-functions.ts',
    allowed: from('../operator/open.ts'),
    refused: from('../../functions/audit/auditor.ts'),
  },
  {
    situation: 'a command in a folder of its own imports functions',
    file: 'cli/commands/apply/planted.ts',
    allowed: from('../../operator/open.ts'),
    refused: from('../../../functions/mint/rotate.ts'),
  },
  {
    situation: 'a command imports the local cloud',
    file: 'cli/commands/planted-local.ts',
    allowed: from('../../shared/google/cloud.ts'),
    refused: from('../../local/cloud.ts'),
  },
  {
    situation: 'a round of npm start imports the functions that it ticks',
    file: 'cli/commands/start/round/planted.ts',
    allowed: from('../messages.ts'),
    refused: from('../functions.ts'),
  },
  {
    situation: 'the terminal imports shared',
    file: 'cli/terminal/planted.ts',
    allowed: from('node:tty'),
    refused: from('../../shared/report/text.ts'),
  },
  {
    situation: 'an example imports shared',
    file: 'examples/webhook/planted.ts',
    allowed: from('hopmint/reader'),
    refused: from('../../shared/reader/index.ts'),
  },
  {
    situation: 'a type contains an import that a wall refuses',
    file: 'shared/domain/chain/planted.ts',
    allowed: "export const late = () => import('../basics/result.ts');",
    refused: "export type Past = import('../rotation/ledger.ts').Ledger;",
  },
  {
    situation: 'a decision calls new Date()',
    file: 'shared/domain/rotation/planted-date.ts',
    allowed: 'export const day = new Date(0);',
    refused: 'export const now = new Date();',
  },
  {
    situation: 'a decision passes Date.now on',
    file: 'shared/domain/rotation/planted-clock.ts',
    allowed: "export const day = Date.parse('2026-11-22');",
    refused: 'export const now = Date.now;',
  },
  {
    situation: 'a step of a function reads the environment',
    file: 'functions/fanout/planted-env.ts',
    allowed: 'export const env = (given: object) => given;',
    refused: 'export const env2 = process.env;',
  },
];

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
