import { setTimeout as sleep } from 'node:timers/promises';
import { formatFault, type OpenedFile, openSource } from '../../operator/chain-file.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Io } from '../../terminal/io.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Publishes the chain file again when one of its texts changes, until `io.signal` aborts. Faults are printed, and the last good file
 * stays published.
 *
 * @param publish gets every file without errors
 */
export async function republishOnChange(
  source: string,
  publish: (opened: OpenedFile) => Promise<void>,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<void> {
  const textsNow = async () => {
    const got = await read(source);
    return JSON.stringify(got.ok ? got.value.texts : got.error);
  };
  let before = await textsNow();
  while (await wait(io.signal)) {
    const texts = await textsNow();
    if (texts === before) continue;
    before = texts;
    const { opened, faults } = await openSource(source, io.now(), read);
    for (const fault of faults) if (fault.severity !== 'hint') io.err(formatFault(fault));
    if (opened) await publish(opened);
    else io.err(`${source} has errors, so the published file stays in force\n`);
  }
}

/** @returns false after an abort */
const wait = (signal: AbortSignal): Promise<boolean> =>
  sleep(LOOK_EVERY_MS, true, { signal }).catch(() => false);
