import type { Command } from 'commander';
import type { StartOptions } from '../commands/start/cloud.ts';
import type { Io } from '../terminal/io.ts';
import { parsePort, type Result } from './options.ts';

/** Adds the commands that run the local cloud. */
export function addLocalCommands(program: Command, io: Io, result: Result): void {
  const local = program
    .command('local')
    .description('run the local cloud until Ctrl-C')
    .option('--port <number>', 'the port to listen on', parsePort, 8787)
    .option('--seed <file>', 'the world to start with')
    .action(async (_options, command: Command) => {
      const { local } = await import('../commands/local/local.ts');
      result.exit = await local(command.optsWithGlobals(), io);
    });

  local
    .command('env')
    .description('print shell lines that point gcloud and ./hopmint to a running local cloud')
    .option('--as <account>', 'the account of the token for gcloud: an email, or user:ada@acme.com')
    // `local` reads --port, wherever it stands. This one explains it in the help.
    .option('--port <number>', 'the port of the running local cloud', parsePort, 8787)
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions: () => [...program.options] })
    .action(async (_options, command: Command) => {
      const { localEnv } = await import('../commands/local/env.ts');
      result.exit = await localEnv(command.optsWithGlobals(), io);
    });

  program
    .command('start')
    .description('run the product on this machine: local cloud, functions, ticks')
    .option('--once', 'stop after one round; fail unless every chain was minted and proven')
    .option('--world <file>', 'the world of the local cloud (default: the example)')
    .option('--port <number>', 'the port of the local cloud (default: 8787)', parsePort)
    .option('--verbose', 'show everything that the functions log')
    .action(async (_options, command: Command) => {
      const { start } = await import('../commands/start/start.ts');
      const { file, ...options } = command.optsWithGlobals<StartOptions & { file?: string }>();
      result.exit = await start({ ...options, ...(file !== undefined && { source: file }) }, io);
    });
}
