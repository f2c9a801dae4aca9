import { setTimeout as sleep } from 'node:timers/promises';
import { formatFault, type OpenedFile, openSource } from '../../operator/chain-file.ts';
import type { ReadSource } from '../../operator/source.ts';
import type { Io } from '../../terminal/io.ts';

const LOOK_EVERY_MS = 1000;

type SourceRead = Awaited<ReturnType<ReadSource>>;

export type Watched = {
  readonly source: string;
  readonly read: ReadSource;
  /** The texts that are published already. */
  readonly published: SourceRead;
  /** For each item, the source is read once. */
  readonly looks: AsyncIterable<unknown>;
};

/**
 * Publishes the chain file again when one of its texts changes. Faults are printed, and the last good file stays published.
 *
 * @param publish gets every file without errors
 */
export async function republishOnChange(
  { source, read, published, looks }: Watched,
  publish: (opened: OpenedFile) => Promise<void>,
  io: Pick<Io, 'err' | 'now'>,
): Promise<void> {
  let before = contentOf(published);
  for await (const _ of looks) {
    const texts = await read(source);
    const content = contentOf(texts);
    if (content === before) continue;
    before = content;
    const { opened, faults } = await openSource(source, io.now(), async () => texts);
    for (const fault of faults) if (fault.severity !== 'hint') io.err(formatFault(fault));
    if (opened) await publish(opened);
    else io.err(`${source} has errors, so the published file stays in force\n`);
  }
}

const contentOf = (read: SourceRead): string =>
  JSON.stringify(read.ok ? read.value.texts : read.error);

/** One item for each second, until an abort. */
export async function* everySecond(signal: AbortSignal): AsyncGenerator<void> {
  while (await sleep(LOOK_EVERY_MS, true, { signal }).catch(() => false)) yield;
}
