import { runCommand } from '../../cli/arguments/program.ts';
import { ENV, type Ran } from '../run.ts';
import { recordingIo } from './recording-io.ts';

/** Runs a command line in this process, with this environment: most tests of a command need no process of its own. */
export async function hopmintHere(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { io, written } = recordingIo({ ...ENV, ...env });
  const code = await runCommand(words, { ...io, now: () => new Date() });
  return { code, ...written };
}
