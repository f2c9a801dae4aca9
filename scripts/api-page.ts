import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Run as `node scripts/api-page.ts` when what `hopmint/reader` exports has changed. A test says when that was forgotten.

const root = fileURLToPath(new URL('..', import.meta.url));

const HEAD = `<!-- Written by "node scripts/api-page.ts" from the comments in shared/reader: change them there. -->

# \`hopmint/reader\`

What a workload imports. [Reading a credential](reading.md) says when to use it, and what to do without it.
`;

const FLAGS =
  '--ignoreConfig --declaration --emitDeclarationOnly --strict --exactOptionalPropertyTypes --module nodenext --target es2024 --rewriteRelativeImportExtensions --types node --skipLibCheck';

/** The API page: every export in the order of `index.ts`, with the declaration that a user's compiler sees. */
export async function apiPage(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-api-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const places = ['--rootDir', join(root, 'shared'), '--outDir', directory];
    const entry = join(root, 'shared/reader/index.ts');
    await promisify(execFile)(process.execPath, [tsc, ...FLAGS.split(' '), ...places, entry], {
      cwd: root,
    });
    const reader = join(directory, 'reader');
    const index = await readFile(join(reader, 'index.d.ts'), 'utf8');
    const sections: string[] = [];
    for (const [, names = '', from = ''] of index.matchAll(
      /export (?:type )?\{(.+)\} from '(.+)\.ts'/g,
    )) {
      const module = await readFile(join(reader, `${from}.d.ts`), 'utf8');
      for (const name of names.split(','))
        sections.push(section(name.replace('type', '').trim(), module));
    }
    return [HEAD, ...sections.sort(byImportance)].join('\n');
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The class that everybody uses first, then by name. */
const byImportance = (a: string, b: string): number => {
  const rank = (text: string) => (text.startsWith('## `SecretCredential') ? 0 : 1);
  return rank(a) - rank(b) || a.localeCompare(b, 'en');
};

function section(name: string, module: string): string {
  const lines = module.split('\n');
  const first = lines.findIndex((line) =>
    new RegExp(`^export (declare )?(class|type|function|const) ${name}\\b`).test(line),
  );
  if (first < 0) throw new Error(`${name} is not declared where it is exported from`);
  // The compiler indents all but the first and the last line of a declaration.
  const length = lines.slice(first).findIndex((line) => /^(\}|\S.*;$)/.test(line)) + 1;
  const code = lines.slice(first, first + length).filter((line) => !/#private;$/.test(line));
  return [`## \`${name}\``, '', prose(lines.slice(0, first)), '```ts', ...code, '```', ''].join(
    '\n',
  );
}

/** The comment that stands directly above, as text. */
function prose(above: readonly string[]): string {
  if (!above.at(-1)?.endsWith('*/')) return '';
  const comment = above.slice(above.findLastIndex((line) => line.startsWith('/**')));
  const text = comment
    .map((line) => line.replace(/^(\/\*\*| \*\/| \*) ?|\s*\*\/$/g, ''))
    .join('\n')
    .replaceAll(/@throws \{(\w+)\} /g, 'Throws a `$1`: ')
    .replaceAll(/@see /g, 'See ');
  return `${text.trim()}\n`;
}

if (import.meta.main) await writeFile(join(root, 'docs/reader.md'), await apiPage());
