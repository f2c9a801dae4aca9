/** What a command is given of the world; `main.ts` makes the real one, tests their own. */
export type Io = {
  /** Writes to standard output: what the command is asked for. */
  readonly out: (text: string) => void;
  /** Writes to standard error: messages. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time of the local cloud, if `HOPMINT_CLOUD` names one. */
  readonly now: () => Date;
  /** Standard output is a terminal that takes colour. */
  readonly colour: boolean;
  /** A person who can be asked; none where standard input or standard error is no terminal. */
  readonly terminal?: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Adds to what a command prints last if it fails, such as who asked Google and was refused. The text is made only then. */
  readonly onFailure?: (explain: () => Promise<string>) => void;
};

/** The system signal that aborted `Io.signal`. We send it to the child command too. */
export class Interrupted extends Error {
  override readonly name = 'AbortError';
  readonly by: NodeJS.Signals;

  constructor(by: NodeJS.Signals) {
    super(`interrupted by ${by}`);
    this.by = by;
  }
}

export type Terminal = {
  /** @returns what was typed, without the end of its line; empty if the input ended */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>;
  /** Standard error, for what moves. */
  readonly stream: NodeJS.WritableStream;
};

/** 0 fine, 1 findings, a failed chain, or a plan with something to do, 2 the user's input, 3 the cloud refused or could not be reached. */
export type Exit = 0 | 1 | 2 | 3;
