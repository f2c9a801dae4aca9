import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted } from '../../terminal/io.ts';

/** How a command gets the credential. Never on its command line, which every user of the machine can read. */
export type Handover =
  | { readonly by: 'descriptor'; readonly text: string }
  | { readonly by: 'environment'; readonly name: string; readonly text: string };

/**
 * Runs a command in the foreground, with the credential. The command gets the signal that interrupts this process, and ends with it.
 *
 * @returns its exit code as in a shell: 128 plus the number of the signal that ended it, 126 or 127 if it did not start
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
      // Descriptor 3 is the first that no shell uses: `curl -H @/dev/fd/3`.
      stdio: file ? [...inherited, file.fd] : [...inherited],
      env: handover.by === 'environment' ? { ...env, [handover.name]: handover.text } : env,
    });
    const stop = () => void child.kill(interruptionOf(signal));
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    process.once('exit', kill); // A second Ctrl-C ends this process at once.
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

/** The signal that interrupted this process. */
export const interruptionOf = ({ reason }: AbortSignal): NodeJS.Signals =>
  reason instanceof Interrupted ? reason.by : 'SIGTERM';

/** The exit code that a shell gives for a command that a signal ended. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * A file whose name is removed before it has content. So no other process can find it, and it leaves nothing on the disk. A pipe does
 * not work, because Node makes it a socket, and a command cannot open a socket as `/dev/fd/3`.
 */
async function unnamedFile(text: string): Promise<FileHandle> {
  const path = join(tmpdir(), `hopmint-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    await file.write(text, 0); // Writing at a position does not move the offset, so the command reads from the start.
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
