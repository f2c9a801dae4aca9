import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import pkg from '../package.json' with { type: 'json' };
import type { Format } from '../shared/report/formats.ts';
import type { StartOptions } from './commands/start/start.ts';
import { examplesOf, FIRST_STEPS } from './terminal/help.ts';
import { Interrupted, type Io } from './terminal/io.ts';
import { terminalOf } from './terminal/terminal.ts';

/** sysexits' EX_SOFTWARE: a bug is neither the user's input nor the cloud. */
const BUG = 70;

const interrupted = new AbortController();
const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  env: process.env,
  now: () => new Date(),
  colour: process.stdout.isTTY && process.stdout.hasColors(),
  ...(process.stdin.isTTY &&
    process.stderr.isTTY && { terminal: terminalOf(process.stdin, process.stderr) }),
  signal: interrupted.signal,
};

// Google's clients and Node print their requests, and so credentials, under these variables.
if (process.env.GOOGLE_SDK_NODE_LOGGING) {
  process.env.GOOGLE_SDK_NODE_LOGGING = '';
  io.err('hopmint: GOOGLE_SDK_NODE_LOGGING is ignored: it would print credentials\n');
}
if (process.env.NODE_DEBUG) {
  io.err('hopmint: NODE_DEBUG would print credentials: unset it\n');
  process.exit(2);
}

/** Of the command, or of what `read --exec` ran. */
let exit = 0;
type Common = { file?: string; json?: boolean };

const port = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('A port is a number from 0, for any that is free, to 65535.');
};

/** Here, and not by an import of what makes them: `--help` is not to wait for that. */
const REPORT_FORMATS = ['text', 'json', 'html', 'sarif', 'prometheus'] satisfies Format[];

const program = new Command('./hopmint')
  .description('Short-lived Google Cloud credentials that are always fresh.')
  .version(pkg.version)
  .option(
    '-f, --file <path>',
    'a chain file, a folder of them, or gs://BUCKET/OBJECT (default: chains.yaml)',
  )
  .option('--json', 'print JSON, for machines')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError(
    '"./hopmint --help" lists the commands, and "./hopmint COMMAND --help" explains one.',
  )
  .exitOverride();

program
  .command('init')
  .description('write a first chain file')
  .option('--force', 'overwrite the one that is there')
  .action(async ({ force = false }: { force?: boolean }, command: Command) => {
    const { init } = await import('./commands/init.ts');
    exit = await init({ ...given(command), force }, io);
  });

program
  .command('validate')
  .description('check the chain file, and tell all its faults at once')
  .action(async (_options, command: Command) => {
    const { validate } = await import('./commands/validate.ts');
    exit = await validate(given(command), io);
  });

program
  .command('explain')
  .description('draw the chains, and say for each hop who needs what on whom')
  .argument('[chain]', 'only this one')
  .option('--live', 'ask Google too: is each hop granted, and why')
  .action(async (chain: string | undefined, { live = false }, command: Command) => {
    const { explain } = await import('./commands/explain.ts');
    exit = await explain({ ...given(command), live, ...(chain !== undefined && { chain }) }, io);
  });

const CHAIN = ['--chain <name...>', 'only these chains'] as const;

program
  .command('plan')
  .description('say what IAM and Secret Manager lack for the chains, and what it costs')
  .option(...CHAIN)
  .addOption(
    new Option('--format <format>', 'how to say it').choices([
      'text',
      'json',
      'gcloud',
      'terraform',
    ]),
  )
  .option('--out <file>', 'save it, for apply to hold it against what it finds')
  .option('--cost', 'versions, calls, quota and money in place of the difference')
  .action(async (_options, command: Command) => {
    const { plan } = await import('./commands/plan/plan.ts');
    exit = await plan({ ...command.opts(), ...given(command) }, io);
  });

program
  .command('apply')
  .description('add what the chains need, and mint each until its grants have spread')
  .argument('[plan]', 'a saved plan: refused unless it is still the plan')
  .option(...CHAIN)
  .option('--yes', 'ask nobody')
  .option('--wait <duration>', 'how long to wait for grants to spread (default: 7m)')
  .action(async (plan: string | undefined, _options, command: Command) => {
    const { apply } = await import('./commands/apply/apply.ts');
    const options = { ...command.opts(), ...given(command), ...(plan !== undefined && { plan }) };
    exit = await apply(options, io);
  });

const TO = ['--to <place>', 'a file, or gs://BUCKET/OBJECT (default: publishTo)'] as const;

program
  .command('publish')
  .description('list what changes for the functions, and write the published chain file')
  .option(...TO)
  .option('--dry-run', 'only list what changes')
  .option('--yes', 'do not ask')
  .option('--remove <name...>', 'the chains that this publish may remove')
  .action(async (_options, command: Command) => {
    const { publish } = await import('./commands/publish/publish.ts');
    exit = await publish({ ...command.opts(), ...given(command) }, io);
  });

program
  .command('pause')
  .description('stop the rotation of one chain for some time, in the published chain file')
  .argument('<chain>')
  .requiredOption('--until <time>', 'as 4h, 2d, 2026-12-01, 2026-12-01T09:00:00Z; now ends a pause')
  .requiredOption('--reason <text>', 'why, for the reports')
  .option(...TO)
  .action(async (chain: string, _options, command: Command) => {
    const { pause } = await import('./commands/pause/pause.ts');
    const options = command.opts<{ until: string; reason: string; to?: string }>();
    exit = await pause({ ...options, ...given(command), chain }, io);
  });

program
  .command('tick')
  .description('ask for a rotation of what is due, as Cloud Scheduler does')
  .option(...CHAIN)
  .option('--force', 'whether due or not')
  .option('--project <id>', "of the topics (default: the caller's)")
  .action(async (_options, command: Command) => {
    const { tick } = await import('./commands/tick.ts');
    exit = await tick({ ...command.opts(), ...given(command) }, io);
  });

program
  .command('mint')
  .description('mint and prove a credential as you, and store nothing')
  .argument('<chain>')
  .option('--reveal', 'print the credential, and nothing else')
  .action(async (chain: string, _options, command: Command) => {
    const { mint } = await import('./commands/mint/mint.ts');
    exit = await mint({ ...command.opts(), ...given(command), chain }, io);
  });

program
  .command('status')
  .description('say how fresh each credential is, and whether ticks come')
  .option(...CHAIN)
  .action(async (_options, command: Command) => {
    const { status } = await import('./commands/status.ts');
    exit = await status({ ...command.opts(), ...given(command) }, io);
  });

program
  .command('audit')
  .description('judge every hop of every chain, and find who else could, as you may read it')
  .option(...CHAIN)
  .option('--severity <severity...>', 'tell findings of these: critical, high, medium, low, info')
  .addOption(
    new Option('--format <format>', 'how to say it (default: text)').choices(REPORT_FORMATS),
  )
  .action(async (_options, command: Command) => {
    const { audit } = await import('./commands/audit.ts');
    exit = await audit({ ...command.opts(), ...given(command) }, io);
  });

program
  .command('read')
  .description('say how fresh the credential of a chain is, or give it on')
  .argument('<chain>')
  .argument('[command...]', 'behind --, for --exec')
  .option('--reveal', 'print the credential')
  .option('--header', 'give it on as the line of an HTTP header')
  .option('--exec', 'run a command that has it on file descriptor 3')
  .option('--env <name>', '... or in this variable of its environment')
  .option('--out <file>', 'write it to a file that only its owner reads')
  .option('--watch', 'go on writing the file, ahead of its end, until Ctrl-C')
  .action(async (chain: string, words: string[], _options, command: Command) => {
    const { read } = await import('./commands/read/read.ts');
    exit = await read({ ...command.opts(), ...given(command), chain, command: words }, io);
  });

const local = program
  .command('local')
  .description('run the local cloud, until Ctrl-C')
  .option('--port <number>', 'where it listens', port, 8787)
  .option('--seed <file>', 'the world it starts with')
  .action(async (_options, command: Command) => {
    const { local } = await import('./commands/local.ts');
    exit = await local(command.optsWithGlobals(), io);
  });

local
  .command('env')
  .description('print what makes gcloud, and us, speak to a local cloud that runs')
  .option('--as <account>', 'whose token gcloud gets: an email, or user:ada@acme.com')
  .action(async (_options, command: Command) => {
    const { localEnv } = await import('./commands/local.ts');
    exit = await localEnv(command.optsWithGlobals(), io);
  });

program
  .command('start')
  .description('run the product on this machine: local cloud, functions, ticks')
  .option('--once', 'stop after one round; fail unless every chain was minted and proven')
  .option('--world <file>', 'what the local cloud holds (default: the example)')
  .option('--port <number>', 'where the local cloud listens (default: 8787)', port)
  .option('--verbose', 'show all that the functions log')
  .action(async (_options, command: Command) => {
    const { start } = await import('./commands/start/start.ts');
    const { file, ...options } = command.optsWithGlobals<StartOptions & Common>();
    exit = await start({ ...options, ...(file !== undefined && { source: file }) }, io);
  });

const given = (command: Command): { source: string; json: boolean } => {
  const { file: source = 'chains.yaml', json = false } = command.optsWithGlobals<Common>();
  return { source, json };
};

program.addHelpText('after', FIRST_STEPS);
for (const command of program.commands) {
  command.addHelpText('after', examplesOf(command.name()));
}

/** npm passes Ctrl-C on to us, which the terminal has sent already: only a later one is impatience. */
let interruptedAt = Number.POSITIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (performance.now() - interruptedAt > 1000) process.exit(130);
    interruptedAt = Math.min(interruptedAt, performance.now());
    interrupted.abort(new Interrupted(signal));
  });
}
// SIGTERM to npm ends npm's shell, and the shell tells nobody: whom npm started notices that its parent is another.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => process.ppid !== parent && interrupted.abort(), 500).unref();
}
// Whoever reads us, as `head` does, may go before we are done.
process.stdout.on('error', () => interrupted.abort());

const tellBug = (thrown: unknown) => {
  const bug = thrown instanceof Error ? thrown : new Error(String(thrown));
  const told = process.env.HOPMINT_DEBUG ? bug.stack : `${bug.name}: ${bug.message}`;
  io.err(`hopmint: this is a bug, please report it. HOPMINT_DEBUG=1 tells where.\n${told}\n`);
};
process.on('uncaughtException', (thrown) => {
  tellBug(thrown);
  process.exit(BUG);
});

try {
  await program.parseAsync();
  process.exitCode = exit;
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  } else {
    tellBug(thrown);
    process.exitCode = BUG;
  }
}
