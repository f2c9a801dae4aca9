import { Command, CommanderError } from 'commander';
import pkg from '../../package.json' with { type: 'json' };
import type { Io } from '../terminal/io.ts';
import { addChainFileCommands } from './chain-file-commands.ts';
import { examplesOf, FIRST_STEPS } from './help.ts';
import { addLocalCommands } from './local-commands.ts';
import { addOperatingCommands } from './operating-commands.ts';
import type { Result } from './options.ts';

/** The exit code of a bug: EX_SOFTWARE of sysexits.h. */
export const BUG = 70;

/**
 * Runs the command that these words name.
 *
 * @param words without the names of Node and of the program
 * @returns the exit code: any number of `read --exec`, one of `Exit` of every other command, or `BUG`
 */
export async function runCommand(words: readonly string[], io: Io): Promise<number> {
  const result = { exit: 0 };
  const explanations: (() => Promise<string>)[] = [];
  const onFailure = (explain: () => Promise<string>) => {
    explanations.push(explain);
  };
  try {
    await programOf({ ...io, onFailure }, result).parseAsync(words, { from: 'user' });
    if (result.exit !== 0) for (const explain of explanations) io.err(await explain());
    return result.exit;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    reportBug(thrown, io);
    return BUG;
  }
}

export function reportBug(thrown: unknown, io: Io): void {
  const bug = thrown instanceof Error ? thrown : new Error(String(thrown));
  const detail = io.env.HOPMINT_DEBUG ? bug.stack : `${bug.name}: ${bug.message}`;
  io.err(`hopmint: this is a bug, please report it. HOPMINT_DEBUG=1 shows where.\n${detail}\n`);
}

/**
 * The command line: what it accepts, and the command that each name runs.
 *
 * @param result gets the exit code of the command
 */
export function programOf(io: Io, result: Result): Command {
  const program = new Command('./hopmint')
    .description('Short-lived Google Cloud credentials that are always fresh.')
    .version(pkg.version)
    .option(
      '-f, --file <path>',
      'a chain file, a folder of chain files, or gs://BUCKET/OBJECT (default: chains.yaml)',
    )
    .option('--json', 'print JSON, for machines')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError(
      '"./hopmint --help" lists the commands, and "./hopmint COMMAND --help" explains one.',
    )
    .exitOverride();
  addChainFileCommands(program, io, result);
  addOperatingCommands(program, io, result);
  addLocalCommands(program, io, result);
  program.addHelpText('after', FIRST_STEPS);
  for (const command of program.commands) {
    command.addHelpText('after', examplesOf(command.name()));
  }
  return program;
}
