import { runCommand } from '../../cli/arguments/program.ts';
import { clockOf } from '../../cli/operator/clock.ts';
import { ENV, type Ran } from '../run.ts';
import { recordingIo } from './recording-io.ts';

/** Runs a command line in this process, with this environment: most tests of a command need no process of its own. */
export async function hopmintHere(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { io, written } = recordingIo({ ...ENV, ...env });
  const { now, stop } = await clockOf(env.HOPMINT_CLOUD, () => new Date());
  const code = await runCommand(words, { ...io, now }).finally(stop);
  return { code, ...written };
}
