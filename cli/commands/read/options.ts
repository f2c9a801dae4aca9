export type ReadOptions = {
  readonly source: string;
  readonly json: boolean;
  readonly chain: string;
  /** Print the credential itself. */
  readonly reveal?: boolean;
  /** As the line of an HTTP header, wherever it is given on. */
  readonly header?: boolean;
  /** Run `command` with the credential. */
  readonly exec?: boolean;
  readonly command?: readonly string[];
  /** The variable of the command's environment that holds it, in place of a file descriptor. */
  readonly env?: string;
  /** Write it to this file. */
  readonly out?: string;
  /** Go on writing it, ahead of its end, until Ctrl-C. */
  readonly watch?: boolean;
};

/** What cannot be asked for together, and what to write instead. */
export function complaintOn(options: ReadOptions): string | undefined {
  const { reveal, header, exec, command = [], env, out, watch: again } = options;
  if ([reveal, exec, out !== undefined].filter(Boolean).length > 1) {
    return 'give the credential on in one way: --reveal, --exec or --out';
  }
  if (header && !reveal && !exec && out === undefined) {
    return '--header is how the credential is given on: add --reveal, --exec or --out';
  }
  if (exec && command.length === 0)
    return '--exec: write the command behind --, as in --exec -- curl …';
  if (!exec && command.length > 0) return 'a command is run with --exec';
  if (env !== undefined && !exec) return '--env is for the command of --exec';
  if (env !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(env)) {
    return '--env: write the name of a variable, as TOKEN';
  }
  if (again && out === undefined) return '--watch goes on writing a file: name it with --out';
  return undefined;
}
