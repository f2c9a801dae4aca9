import type { Waits } from '../../../shared/domain/basics/backoff.ts';
import { isPublished } from '../../../shared/domain/published/header.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { toJson } from '../../../shared/report/json.ts';
import { readChainFile } from '../../operator/chain-file.ts';
import { openStore } from '../../operator/published/open.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { editPause } from './edit.ts';
import { pauseText } from './text.ts';
import { parseUntil } from './until.ts';

export type PauseOptions = {
  readonly source: string;
  readonly json: boolean;
  readonly chain: string;
  /** A time or a duration. A time in the past ends the pause. */
  readonly until: string;
  readonly reason: string;
  /** A path or `gs://BUCKET/OBJECT`, in place of the `publishTo` of the chain file. */
  readonly to?: string;
};

/**
 * Pauses one chain in the published file, or ends its pause, and changes nothing else in the file.
 *
 * @returns 3 if nothing is published, if the functions refuse the published file, or if the cloud refuses
 */
export async function pause(
  { source, json, chain, until: text, reason, to }: PauseOptions,
  io: Io,
  read: ReadSource = readSource(io),
  waits: Waits = WIRE,
): Promise<Exit> {
  const refuse = (exit: Exit, message: string): Exit => {
    io.err(`hopmint pause: ${message}\n`);
    return exit;
  };
  const until = parseUntil(text, io.now());
  if (!until) {
    const hint = 'write a duration or a time, as in 4h, 2026-12-01T09:00:00Z, or now';
    return refuse(2, `--until ${text}: ${hint}`);
  }
  if (reason.trim() === '') return refuse(2, '--reason is empty: write why');

  const place = to === undefined ? await placeOf(source, io, read) : { file: {}, to };
  if (typeof place === 'number') return place;
  const store = await openStore('pause', place, io);
  if (!store.ok) return store.error;
  const edited = await editPause(store.value, { chain, until, reason }, io, waits);
  if (!edited.ok) return refuse(edited.error.exit, edited.error.message);

  if (json) {
    const answer = { chain, until: until > io.now() ? until : null, reason };
    const { generation } = edited.value;
    io.out(toJson({ ...answer, to: store.value.place, generation }));
  } else {
    io.out(pauseText({ chain, until, reason }, edited.value, io.now()));
  }
  return 0;
}

/** A published file is edited where it is. A chain file says where it is published. */
async function placeOf(source: string, io: Io, read: ReadSource) {
  const got = await read(source);
  const [only] = got.ok ? got.value.texts : [];
  if (only && isPublished(only.text)) return { file: {}, to: source };
  const opened = await readChainFile(source, io, async () => got);
  return opened.ok ? { file: opened.value.file } : opened.error;
}
