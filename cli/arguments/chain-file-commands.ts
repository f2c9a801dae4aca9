import { type Command, Option } from 'commander';
import { FORMATS } from '../commands/plan/formats.ts';
import type { Io } from '../terminal/io.ts';
import { CHAIN, commonOptionsOf, type Result, TO } from './options.ts';

type ExplainFlags = {
  readonly live?: boolean;
  readonly principals?: boolean;
  readonly principal?: string;
  readonly script?: boolean;
};

type InitFlags = {
  readonly force?: boolean;
  readonly project?: string;
  readonly region?: string;
  readonly organization?: string;
  readonly alerts?: readonly string[];
  readonly administrator?: readonly string[];
};

/** Adds the commands that write, check, apply and publish a chain file. A command's code is loaded only when it runs. */
export function addChainFileCommands(program: Command, io: Io, result: Result): void {
  program
    .command('init')
    .description('write a first chain file, or a folder with all files of an installation')
    .option('--force', 'overwrite an existing file')
    .option('--project <id>', 'the project of the installation')
    .option('--region <region>', 'its region')
    .option('--organization <number>', 'its organization')
    .option('--alerts <email...>', 'who gets the alerts')
    .option('--administrator <member...>', 'who may change policies above the chains')
    .action(async (flags: InitFlags, command: Command) => {
      const { init } = await import('../commands/init/init.ts');
      result.exit = await init({ ...commonOptionsOf(command), ...flags }, io);
    });

  program
    .command('validate')
    .description('check the chain file, and report all its faults at once')
    .action(async (_options, command: Command) => {
      const { validate } = await import('../commands/validate.ts');
      result.exit = await validate(commonOptionsOf(command), io);
    });

  program
    .command('explain')
    .description('draw the chains, and show who needs which permission on which account')
    .argument('[chain]', 'only this chain')
    .addOption(
      new Option('--live', 'ask Google too: whether each hop is granted, and why').conflicts([
        'principals',
        'principal',
      ]),
    )
    .addOption(
      new Option('--principals', 'list everyone who can get the credential of the chain').conflicts(
        'principal',
      ),
    )
    .option('--principal <member>', 'whether this member can get it; exit 1 means no')
    .option('--script', 'with --principal: print the way in as a script for a test project')
    .action(async (chain: string | undefined, given: ExplainFlags, command: Command) => {
      const { live = false, principals = false, principal, script = false } = given;
      const options = { ...commonOptionsOf(command), ...(chain !== undefined && { chain }) };
      if (principals || script || principal !== undefined) {
        const { answerQuestion } = await import('../commands/explain/questions.ts');
        const question = { ...options, script, ...(principal !== undefined && { principal }) };
        result.exit = await answerQuestion(question, io);
      } else {
        const { explain } = await import('../commands/explain/explain.ts');
        result.exit = await explain({ ...options, live }, io);
      }
    });

  program
    .command('plan')
    .description('list what IAM and Secret Manager lack for the chains, or what the chains cost')
    .option(...CHAIN)
    .addOption(
      new Option('--format <format>', 'the format of the list (default: text)').choices(FORMATS),
    )
    .option('--out <file>', 'save the plan, for apply to compare with')
    .option('--cost', 'show versions, calls, quota and money instead')
    .action(async (_options, command: Command) => {
      const { plan } = await import('../commands/plan/plan.ts');
      result.exit = await plan({ ...command.opts(), ...commonOptionsOf(command) }, io);
    });

  program
    .command('apply')
    .description('add what the chains need, and mint each chain until its grants take effect')
    .argument('[plan]', 'a saved plan: apply refuses it if the plan has changed since')
    .option(...CHAIN)
    .option('--yes', 'do not ask')
    .option('--wait <duration>', 'how long to wait for grants to take effect (default: 7m)')
    .action(async (plan: string | undefined, _options, command: Command) => {
      const { apply } = await import('../commands/apply/apply.ts');
      const options = { ...command.opts(), ...commonOptionsOf(command) };
      result.exit = await apply({ ...options, ...(plan !== undefined && { plan }) }, io);
    });

  program
    .command('publish')
    .description('list what changes for the functions, and write the published chain file')
    .option(...TO)
    .option('--dry-run', 'only list what changes')
    .option('--yes', 'do not ask')
    .option('--remove <name...>', 'the chains that this publish may remove')
    .action(async (_options, command: Command) => {
      const { publish } = await import('../commands/publish/publish.ts');
      result.exit = await publish({ ...command.opts(), ...commonOptionsOf(command) }, io);
    });

  program
    .command('pause')
    .description('stop the rotation of one chain for some time, in the published chain file')
    .argument('<chain>')
    .requiredOption(
      '--until <time>',
      'a duration or a time: 4h, 2d, 2026-12-01, 2026-12-01T09:00:00Z; "now" ends a pause',
    )
    .requiredOption('--reason <text>', 'why; reports show it')
    .option(...TO)
    .action(async (chain: string, _options, command: Command) => {
      const { pause } = await import('../commands/pause/pause.ts');
      const options = command.opts<{ until: string; reason: string; to?: string }>();
      result.exit = await pause({ ...options, ...commonOptionsOf(command), chain }, io);
    });
}
