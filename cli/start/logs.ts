import { printable } from '../../shared/domain/printable.ts';
import type { Io } from '../io.ts';

const GRAVE = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** The round tells more of what these tell. */
const TOLD_BY_ROUND: readonly unknown[] = ['mint-failed', 'diagnosed'];

/**
 * Which of the functions' log lines a person sees, on standard error: what went wrong, but for the rotations that failed, of which the
 * round tells more. What is no log line is a crash.
 */
export function functionLog(
  io: Io,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): (name: string, line: string) => void {
  return (name, line) => {
    const { severity, event } = fieldsOf(line) ?? { severity: 'CRITICAL', event: undefined };
    const isTold = !json && GRAVE.has(severity) && !TOLD_BY_ROUND.includes(event);
    if (verbose || isTold) io.err(`${name}: ${printable(line)}\n`);
  };
}

function fieldsOf(line: string): { severity: string; event: unknown } | undefined {
  try {
    const fields: unknown = JSON.parse(line);
    if (typeof fields !== 'object' || fields === null) return undefined;
    const { severity, event } = fields as Record<string, unknown>;
    return typeof severity === 'string' ? { severity, event } : undefined;
  } catch {
    return undefined;
  }
}
