/** Ends a command with a message and without a stack: the user's input is wrong, or no cloud answers. */
export class Stop extends Error {
  readonly exit: 2 | 3;

  constructor(exit: 2 | 3, message: string) {
    super(message);
    this.exit = exit;
  }
}
