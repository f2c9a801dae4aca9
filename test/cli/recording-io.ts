import type { Io } from '../../cli/terminal/io.ts';

/** An Io that keeps what a command writes. */
export function recordingIo(env: Io['env'] = {}) {
  const written = { out: '', err: '' };
  const io: Io = {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    env,
    now: () => new Date('2026-11-22T12:00:00Z'),
    colour: false,
    signal: new AbortController().signal,
  };
  return { io, written };
}
