/** Ends a command with a message and no stack: what the user gave cannot be run, or the cloud is not there. */
export class Stop extends Error {
  readonly exit: 2 | 3;

  constructor(exit: 2 | 3, message: string) {
    super(message);
    this.exit = exit;
  }
}
