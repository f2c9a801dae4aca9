import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted } from '../../terminal/io.ts';

/** How a command is given the credential: never on its command line, which everyone on the machine may read. */
export type Handover =
  | { readonly by: 'descriptor'; readonly text: string }
  | { readonly by: 'environment'; readonly name: string; readonly text: string };

/**
 * Runs a command in the foreground, with the credential. It is given the signal that interrupts us, and does not outlive us.
 *
 * @returns its exit code, as a shell tells it: 128 and the signal that ended it, 126 or 127 when it did not start
 */
export async function runWith(
  [command = '', ...args]: readonly string[],
  handover: Handover,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<number> {
  const inherited = ['inherit', 'inherit', 'inherit'] as const;
  const file = handover.by === 'descriptor' ? await unnamedFile(handover.text) : undefined;
  try {
    signal.throwIfAborted();
    const child = spawn(command, args, {
      // 3, the first that no shell uses: `curl -H @/dev/fd/3`
      stdio: file ? [...inherited, file.fd] : [...inherited],
      env: handover.by === 'environment' ? { ...env, [handover.name]: handover.text } : env,
    });
    const stop = () => void child.kill(interruptionOf(signal));
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    process.once('exit', kill); // at a second Ctrl-C
    try {
      return await new Promise<number>((resolve) => {
        child.on('error', ({ code }: NodeJS.ErrnoException) =>
          resolve(code === 'ENOENT' ? 127 : 126),
        );
        child.on('exit', (code, ended) => resolve(code ?? exitCodeOf(ended ?? 'SIGKILL')));
      });
    } finally {
      signal.removeEventListener('abort', stop);
      process.removeListener('exit', kill);
    }
  } finally {
    await file?.close();
  }
}

/** What has interrupted us. */
export const interruptionOf = ({ reason }: AbortSignal): NodeJS.Signals =>
  reason instanceof Interrupted ? reason.by : 'SIGTERM';

/** As a shell tells that a signal ended a command. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * A file that has lost its name before anything is in it, so that no other process finds it and nothing is left of it. A pipe of Node's is a
 * socket, which a command cannot open as `/dev/fd/3`.
 */
async function unnamedFile(text: string): Promise<FileHandle> {
  const path = join(tmpdir(), `hopmint-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    await file.write(text, 0); // at a position: the command begins to read where the file begins
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
