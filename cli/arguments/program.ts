import { Command } from 'commander';
import pkg from '../../package.json' with { type: 'json' };
import type { Io } from '../terminal/io.ts';
import { addChainFileCommands } from './chain-file-commands.ts';
import { examplesOf, FIRST_STEPS } from './help.ts';
import { addLocalCommands } from './local-commands.ts';
import { addOperatingCommands } from './operating-commands.ts';
import type { Result } from './options.ts';

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
