import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The linter builds gcloud's whole command tree for each command, so one process keeps one core busy. */
const PROCESSES = 2;

type Verdict = { readonly success: boolean; readonly error_message: string | null };

/** The linter checks values too. A variable on a page is replaced by a value that it could have. */
const EXAMPLES: readonly [variable: RegExp, value: string][] = [
  [/\$(\w+_)?PROJECT(_ID)?\b/g, 'acme-ops'],
  [/\$REGION\b/g, 'europe-west1'],
  [/\$TARGET\b/g, 'target@acme-ops.iam.gserviceaccount.com'],
  [/\$\(date [^)]*\)/g, '2026-11-24T12:00:00Z'],
];

const withValues = (command: string): string =>
  EXAMPLES.reduce((text, [variable, value]) => text.replaceAll(variable, value), command);

/**
 * Runs gcloud's own linter. It finds unknown groups, commands and flags, missing arguments, and arguments that exclude each other. It does
 * not check the choices of a flag, and always exits with 0.
 *
 * @param commands one line each
 * @returns the linter's message for each command that it refuses
 */
export async function refusedByLinter(
  commands: readonly string[],
  directory: string,
): Promise<Map<string, string>> {
  const all = [...new Set(commands)].map((command, i) => ({ command, id: `c${i}` }));
  const share = Math.ceil(all.length / PROCESSES);
  const shares = Array.from({ length: PROCESSES }, (_, i) => all.slice(i * share, (i + 1) * share));
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
      const byId = JSON.parse(stdout) as Record<string, Verdict[]>;
      return part.map(({ command, id }) => [command, byId[id]?.[0]]);
    }),
  );
  return new Map(
    verdicts.flat().flatMap(([command, verdict]): [string, string][] => {
      if (verdict?.success) return [];
      return [[command, verdict?.error_message ?? 'the linter printed no result']];
    }),
  );
}
