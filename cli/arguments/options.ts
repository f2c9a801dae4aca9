import { type Command, InvalidArgumentError } from 'commander';

/** The options of every command. */
export type CommonOptions = { readonly source: string; readonly json: boolean };

/** Where a command leaves its exit code. */
export type Result = { exit: number };

/** Options before the command's name and after it are the same. */
export function commonOptionsOf(command: Command): CommonOptions {
  const { file: source = 'chains.yaml', json = false } = command.optsWithGlobals<{
    file?: string;
    json?: boolean;
  }>();
  return { source, json };
}

export const CHAIN = ['--chain <name...>', 'only these chains'] as const;

export const TO = [
  '--to <place>',
  'a file, or gs://BUCKET/OBJECT (default: publishTo of the chain file)',
] as const;

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Write a number from 0 to 65535. 0 means any free port.');
}
