import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Node loads this file before the program of each measured process. It sends the resource usage to the bench. When the bench exits, it
// ends the process.

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

export type Usage = {
  /** User and system time. */
  readonly cpuMs: number;
  readonly rssMb: number;
  /** The peak memory since the process started. */
  readonly peakMb: number;
  /** The used heap. After a garbage collection it contains only live objects. */
  readonly heapMb: number;
};

process.on('message', (message) => {
  if (message !== 'now' && message !== 'collect') return;
  if (message === 'collect') collect();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const usage: Usage = {
    cpuMs: (user + system) / 1e3,
    rssMb: rss / 2 ** 20,
    peakMb: process.resourceUsage().maxRSS / 1024,
    heapMb: heapUsed / 2 ** 20,
  };
  process.send?.(usage);
});
/** The longest step since the last message `watch`, in ms of CPU of the main thread, without those of the garbage collector's threads. */
let longestMs = 0;
let isWatched = false;

/** Each turn of the event loop begins with this function, so the CPU between two of its calls is that of the steps of one turn. */
function watch(before: number): void {
  const { user, system } = process.threadCpuUsage();
  const now = (user + system) / 1e3;
  longestMs = Math.max(longestMs, now - before);
  setImmediate(watch, now);
}

process.on('message', (message) => {
  if (message === 'watch') {
    if (!isWatched) setImmediate(watch, Number.POSITIVE_INFINITY);
    isWatched = true;
    longestMs = 0;
    process.send?.('watched');
  }
  if (message === 'longest') process.send?.(longestMs);
});
process.once('disconnect', () => process.exit());
