import { z } from 'zod';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import type { Io } from '../../terminal/io.ts';

const LogLine = z.object({
  severity: z.string(),
  message: z.string(),
  event: z.string().default(''),
  /** The kind of a finding. */
  kind: z.string().optional(),
  /** The reason of a failure. */
  detail: z.string().optional(),
  project: z.string().optional(),
  permission: z.string().optional(),
  /** The name and the place of a bug. */
  stack_trace: z.string().optional(),
});
type LogLine = z.output<typeof LogLine>;

const PROBLEMS = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** Events after which there is no round. */
const PRINTED_WITH_JSON = new Set(['crashed', 'chain-file-refused']);

/** Events that each round reports in more detail. */
const PRINTED_BY_ROUND = new Set(['mint-failed', 'diagnosed']);

/**
 * Prints the log lines of the functions that a person needs, on standard error: problems that no other output shows. A line that is not a
 * log line comes from a crash. Crashes, and events that stop all rounds, are printed with --json too.
 *
 * @param options.watching whether the first round is printed. It includes the open findings, so only later changes of findings are printed
 */
export function functionLog(
  io: Io,
  options: {
    readonly json: boolean;
    readonly verbose: boolean;
    readonly watching: () => boolean;
  },
): (name: string, line: string) => void {
  return (name, line) => {
    const parsed = parse(line);
    if (options.verbose || !parsed) io.err(`${name}: ${printable(line)}\n`);
    else if (isPrinted(options.json, parsed) && isNews(parsed, options.watching())) {
      const { message, detail, project, permission, stack_trace } = parsed;
      const where = stack_trace
        ?.split('\n')
        .slice(0, 2)
        .map((line) => line.trim());
      const more = [detail, project, permission, ...(where ?? [])].filter(Boolean).join(', ');
      io.err(printable(`${name}: ${message}${more && ` (${more})`}`).concat('\n'));
    }
  };
}

const isPrinted = (json: boolean, { event }: LogLine): boolean =>
  !json || PRINTED_WITH_JSON.has(event);

function isNews({ severity, event, kind }: LogLine, watching: boolean): boolean {
  if (event.startsWith('finding-')) return watching && kind !== 'canary';
  return PROBLEMS.has(severity) && !PRINTED_BY_ROUND.has(event);
}

function parse(line: string): LogLine | undefined {
  try {
    return LogLine.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
