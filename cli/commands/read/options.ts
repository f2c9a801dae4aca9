export type ReadOptions = {
  readonly source: string;
  readonly json: boolean;
  readonly chain: string;
  /** Print the credential itself. */
  readonly reveal?: boolean;
  /** Hand the credential over as the line of an HTTP header. */
  readonly header?: boolean;
  /** Run `command` with the credential. */
  readonly exec?: boolean;
  readonly command?: readonly string[];
  /** The environment variable in which the command gets the credential. By default it gets a file descriptor. */
  readonly env?: string;
  /** Write the credential to this file. */
  readonly out?: string;
  /** Keep the file fresh until Ctrl-C. */
  readonly watch?: boolean;
};

/** The first conflict among the options, and what to write instead. */
export function conflictIn(options: ReadOptions): string | undefined {
  const { reveal, header, exec, command = [], env, out, watch: again } = options;
  if ([reveal, exec, out !== undefined].filter(Boolean).length > 1) {
    return 'choose one of --reveal, --exec and --out';
  }
  if (header && !reveal && !exec && out === undefined) {
    return '--header needs --reveal, --exec or --out';
  }
  if (exec && command.length === 0)
    return '--exec: write the command after --, as in --exec -- curl …';
  if (!exec && command.length > 0) return 'to run a command, add --exec';
  if (env !== undefined && !exec) return '--env needs --exec';
  if (env !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(env)) {
    return '--env: write the name of a variable, for example TOKEN';
  }
  if (again && out === undefined) return '--watch needs a file: name it with --out';
  return undefined;
}
