import { z } from 'zod';
import { printable } from '../../../shared/domain/basics/printable.ts';
import type { Io } from '../../terminal/io.ts';

const LogLine = z.object({
  severity: z.string(),
  message: z.string(),
  event: z.string().default(''),
  /** Of a failure. */
  detail: z.string().optional(),
  project: z.string().optional(),
  permission: z.string().optional(),
  /** Of a bug: what it is called, and where it is. */
  stack_trace: z.string().optional(),
});
type LogLine = z.output<typeof LogLine>;

const GRAVE = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** Without these there is no round. */
const TOLD_TO_MACHINES = new Set(['crashed', 'chain-file-refused']);

/** Every round tells more of what these tell. */
const TOLD_BY_ROUND = new Set(['mint-failed', 'diagnosed']);

/**
 * Which of the functions' log lines a person sees, on standard error: what went wrong and is not told otherwise. What is no log line is a
 * crash, which machines are told of, too, as of what stops all rounds.
 *
 * @param options.watching the first round is told, and with it what was open then: findings that open or close later are news
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
    else if (isFor(options.json, parsed) && isNews(parsed, options.watching())) {
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

const isFor = (machine: boolean, { event }: LogLine): boolean =>
  !machine || TOLD_TO_MACHINES.has(event);

function isNews({ severity, event }: LogLine, watching: boolean): boolean {
  if (event.startsWith('finding-')) return watching;
  return GRAVE.has(severity) && !TOLD_BY_ROUND.has(event);
}

function parse(line: string): LogLine | undefined {
  try {
    return LogLine.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
