import { Presets, SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

/** Shorter work needs no bar. */
const SHOWN_AFTER_MS = 1000;

/** How far some work is. */
export type Progress = {
  /** @param what is being waited for, or was done last */
  update(done: number, what?: string): void;
  stop(): void;
};

/** A bar on a terminal once the work takes a second; a line when it begins anywhere else, so that a log shows what takes long. */
export function progressOf(
  io: Pick<Io, 'terminal' | 'err'>,
  title: string,
  total: number,
): Progress {
  const stream = io.terminal?.stream;
  if (!stream) {
    if (total > 0) io.err(`${title}: ${total}\n`);
    return { update: () => undefined, stop: () => undefined };
  }
  const bar = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} {what}`,
      stream,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  let state: [done: number, what: { what: string }] = [0, { what: '' }];
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    bar.start(total, ...state);
  }, SHOWN_AFTER_MS);
  return {
    update(done, what = '') {
      state = [done, { what }];
      if (shown) bar.update(...state);
    },
    stop() {
      clearTimeout(timer);
      if (shown) bar.stop();
    },
  };
}
