import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Each command is parsed by building all of gcloud's tree for it: two processes keep two cores busy. */
const TOGETHER = 2;

type Verdict = { readonly success: boolean; readonly error_message: string | null };

/** The linter looks at values too: what a page leaves to a variable is linted with one that it might have. */
const EXAMPLES: readonly [variable: RegExp, value: string][] = [
  [/\$(\w+_)?PROJECT(_ID)?\b/g, 'acme-ops'],
  [/\$REGION\b/g, 'europe-west1'],
  [/\$TARGET\b/g, 'target@acme-ops.iam.gserviceaccount.com'],
  [/\$\(date [^)]*\)/g, '2026-11-24T12:00:00Z'],
];

const withValues = (command: string): string =>
  EXAMPLES.reduce((text, [variable, value]) => text.replaceAll(variable, value), command);

/**
 * What gcloud's own linter says against commands: unknown groups, commands and flags, what is missing, what excludes another. It does not
 * look at the choices of a flag, and exits with 0 whatever it finds.
 *
 * @param commands one line each
 * @returns of those that it refuses, why
 */
export async function refusedByLinter(
  commands: readonly string[],
  directory: string,
): Promise<Map<string, string>> {
  const all = [...new Set(commands)].map((command, i) => ({ command, id: `c${i}` }));
  const share = Math.ceil(all.length / TOGETHER);
  const shares = Array.from({ length: TOGETHER }, (_, i) => all.slice(i * share, (i + 1) * share));
  const verdicts = await Promise.all(
    shares.map(async (part, i): Promise<[string, Verdict | undefined][]> => {
      if (part.length === 0) return [];
      const file = join(directory, `commands-${i}.json`);
      const listed = part.map(({ command, id }) => ({ command_string: withValues(command), id }));
      await writeFile(file, JSON.stringify(listed));
      const { stdout } = await run(
        'gcloud',
        ['meta', 'lint-gcloud-commands', `--commands-file=${file}`, '--serialize'],
        { maxBuffer: 1e9 },
      );
      const told = JSON.parse(stdout) as Record<string, Verdict[]>;
      return part.map(({ command, id }) => [command, told[id]?.[0]]);
    }),
  );
  return new Map(
    verdicts.flat().flatMap(([command, verdict]): [string, string][] => {
      if (verdict?.success) return [];
      return [[command, verdict?.error_message ?? 'the linter said nothing of it']];
    }),
  );
}
