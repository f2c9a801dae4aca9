import { createInterface } from 'node:readline/promises';
import type { Terminal } from './io.ts';

/** The person at this terminal. */
export const terminalOf = (input: NodeJS.ReadStream, stream: NodeJS.WritableStream): Terminal => ({
  stream,
  async ask(question, signal) {
    const lines = createInterface({ input, output: stream });
    try {
      return await lines.question(question, { signal });
    } catch {
      stream.write('\n'); // the question has the line for itself
      return ''; // Ctrl-C or Ctrl-D
    } finally {
      lines.close();
    }
  },
});
