import type { Fault } from '../../shared/domain/chain-file/parse.ts';
import { SEVERITIES } from '../../shared/domain/yaml/fault.ts';
import { formatFault, openSource } from '../operator/chain-file.ts';
import { type ReadSource, readSource } from '../operator/source.ts';
import type { Exit, Io } from '../terminal/io.ts';

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** For example `2 errors, 1 hint`. Empty if there is no fault. */
function tally(faults: readonly Fault[]): string {
  return SEVERITIES.map((severity) => ({
    severity,
    count: faults.filter((f) => f.severity === severity).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => counted(count, severity))
    .join(', ');
}

/** Checks a chain file and reports all its faults. Warnings and hints do not change the exit code. */
export async function validate(
  { source, json }: { readonly source: string; readonly json: boolean },
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const { opened, faults } = await openSource(source, io.now(), read);
  if (json) {
    io.out(`${JSON.stringify({ ok: opened !== undefined, faults })}\n`);
    return opened ? 0 : 2;
  }
  for (const fault of faults) io.err(formatFault(fault));
  const summary = tally(faults);
  if (!opened) {
    io.err(`${source}: ${summary}\n`);
    return 2;
  }
  io.out(`${source}: ${counted(opened.file.chains.length, 'chain')}, ${summary || 'no fault'}\n`);
  return 0;
}
