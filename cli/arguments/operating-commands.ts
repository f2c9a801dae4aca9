import { type Command, Option } from 'commander';
import { SEVERITIES } from '../../shared/domain/audit/finding/severity.ts';
import { FORMATS } from '../../shared/report/format-names.ts';
import type { Io } from '../terminal/io.ts';
import { CHAIN, commonOptionsOf, type Result } from './options.ts';

/** Adds the commands for a deployment that runs. */
export function addOperatingCommands(program: Command, io: Io, result: Result): void {
  program
    .command('doctor')
    .description('check whether Hopmint works here, before installing and after')
    .option('--pre', 'only the checks that need no deployment')
    .option('--probe', 'also send a probing tick, and wait until fanout and mint answered it')
    .option('--role', 'print the read-only role that the checks need, and check nothing')
    .option(
      '--project <id>',
      'the project of the installation (default: that of its variables, or of the caller)',
    )
    .option(
      '--region <region>',
      'the region of the installation (default: that of its variables, or of its services)',
    )
    .action(async (_options, command: Command) => {
      const { doctor } = await import('../commands/doctor/doctor.ts');
      result.exit = await doctor({ ...command.opts(), ...commonOptionsOf(command) }, io);
    });

  program
    .command('tick')
    .description('ask for a rotation of the chains that are due, as Cloud Scheduler does')
    .option(...CHAIN)
    .option('--force', 'rotate even if the chains are not due')
    .option('--project <id>', 'the project of the topics (default: the project of the caller)')
    .action(async (_options, command: Command) => {
      const { tick } = await import('../commands/tick.ts');
      result.exit = await tick({ ...command.opts(), ...commonOptionsOf(command) }, io);
    });

  program
    .command('mint')
    .description('mint and prove a credential as yourself, and store nothing')
    .argument('<chain>')
    .option('--reveal', 'print the credential, and nothing else')
    .action(async (chain: string, _options, command: Command) => {
      const { mint } = await import('../commands/mint/mint.ts');
      result.exit = await mint({ ...command.opts(), ...commonOptionsOf(command), chain }, io);
    });

  program
    .command('status')
    .description('show how fresh each credential is, and whether ticks arrive')
    .option(...CHAIN)
    .action(async (_options, command: Command) => {
      const { status } = await import('../commands/status.ts');
      result.exit = await status({ ...command.opts(), ...commonOptionsOf(command) }, io);
    });

  program
    .command('audit')
    .description('check every hop of every chain, and list unexpected access')
    .option(...CHAIN)
    .option('--severity <severity...>', `only findings of these: ${SEVERITIES.join(', ')}`)
    .addOption(
      new Option('--format <format>', 'the format of the report (default: text)').choices(FORMATS),
    )
    .option('--certificate <path>', 'also write a proof of who can get each credential')
    .action(async (_options, command: Command) => {
      const { audit } = await import('../commands/audit.ts');
      result.exit = await audit({ ...command.opts(), ...commonOptionsOf(command) }, io);
    });

  program
    .command('verify')
    .description('check a certificate, without the cloud and without the code that made it')
    .argument('<path>', 'the certificate that audit wrote')
    .option('--chain <name...>', 'list the members of these chains')
    .action(async (path: string, _options, command: Command) => {
      const { verify } = await import('../commands/verify.ts');
      const { file } = command.optsWithGlobals<{ file?: string }>();
      const options = { ...command.opts(), ...commonOptionsOf(command), path };
      result.exit = await verify({ ...options, ...(file !== undefined && { file }) }, io);
    });

  program
    .command('read')
    .description('show how fresh the credential of a chain is, or hand the credential over')
    .argument('<chain>')
    .argument('[command...]', 'after --, for --exec')
    .option('--reveal', 'print the credential')
    .option('--header', 'hand it over as the line of an HTTP header')
    .option('--exec', 'run a command that gets it on file descriptor 3')
    .option('--env <name>', 'run a command that gets it in this environment variable')
    .option('--out <file>', 'write the credential to a file that only you can read')
    .option('--watch', 'keep the file fresh until Ctrl-C')
    .action(async (chain: string, words: string[], _options, command: Command) => {
      const { read } = await import('../commands/read/read.ts');
      const options = { ...command.opts(), ...commonOptionsOf(command) };
      result.exit = await read({ ...options, chain, command: words }, io);
    });
}
