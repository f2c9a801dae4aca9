import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Writes docs/reader.md. Run `node scripts/reader-page.ts` after each change of the exports of `hopmint/reader`: a test fails until you do.

const root = fileURLToPath(new URL('..', import.meta.url));

const HEAD = `<!-- "node scripts/reader-page.ts" writes this page from the comments in shared/reader. Edit those. -->

# \`hopmint/reader\`

A workload imports this package. [Reading a credential](reading.md) says when to use it, and how to read without it.
`;

const FLAGS =
  '--ignoreConfig --declaration --emitDeclarationOnly --strict --exactOptionalPropertyTypes --module nodenext --target es2024 --rewriteRelativeImportExtensions --types node --skipLibCheck';

/** The text of docs/reader.md: every export with its comment, and with the declaration that a user's compiler sees. */
export async function readerPage(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-api-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const paths = ['--rootDir', join(root, 'shared'), '--outDir', directory];
    const entry = join(root, 'shared/reader/index.ts');
    await promisify(execFile)(process.execPath, [tsc, ...FLAGS.split(' '), ...paths, entry], {
      cwd: root,
    });
    const reader = join(directory, 'reader');
    const index = await readFile(join(reader, 'index.d.ts'), 'utf8');
    const sections: string[] = [];
    for (const [, names = '', from = ''] of index.matchAll(
      /export (?:type )?\{(.+)\} from '(.+)\.ts'/g,
    )) {
      const module = await readFile(join(reader, `${from}.d.ts`), 'utf8');
      const exported = names.split(',').map((name) => name.replace('type', '').trim());
      for (const name of exported.filter(Boolean)) sections.push(section(name, module));
    }
    return [HEAD, ...sections.sort(byImportance)].join('\n');
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** `SecretCredential` first, because every workload uses it; then by name. */
const byImportance = (a: string, b: string): number => {
  const rank = (text: string) => (text.startsWith('## `SecretCredential') ? 0 : 1);
  return rank(a) - rank(b) || a.localeCompare(b, 'en');
};

function section(name: string, module: string): string {
  const lines = module.split('\n');
  const first = lines.findIndex((line) =>
    new RegExp(`^export (declare )?(class|type|function|const) ${name}\\b`).test(line),
  );
  if (first < 0) throw new Error(`index.ts exports ${name} from a file that does not declare it`);
  // The compiler indents every line of a declaration except the first and the last.
  const length = lines.slice(first).findIndex((line) => /^(\}|\S.*;$)/.test(line)) + 1;
  const code = lines.slice(first, first + length).filter((line) => !/#private;$/.test(line));
  return [`## \`${name}\``, '', prose(lines.slice(0, first)), '```ts', ...code, '```', ''].join(
    '\n',
  );
}

/** The text of the comment that ends on the last of these lines, if one does. */
function prose(above: readonly string[]): string {
  if (!above.at(-1)?.endsWith('*/')) return '';
  const comment = above.slice(above.findLastIndex((line) => line.startsWith('/**')));
  const text = comment
    .map((line) => line.replace(/^(\/\*\*| \*\/| \*) ?|\s*\*\/$/g, ''))
    .join('\n')
    .replaceAll(/@param (\w+) /g, '- `$1`: ')
    .replaceAll(/@returns /g, '- Returns ')
    .replaceAll(/@throws \{(\w+)\} /g, '- Throws a `$1`: ')
    .replaceAll(/@see /g, 'See ');
  return `${text.trim()}\n`;
}

if (import.meta.main) await writeFile(join(root, 'docs/reader.md'), await readerPage());
