import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Loaded into each measured process before its program: reports the process's usage to the bench, and exits with the bench.

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

export type Usage = {
  /** User and system time. */
  readonly cpuMs: number;
  readonly rssMb: number;
  /** The most that the process has ever had in memory. */
  readonly peakMb: number;
  /** After `collect`, the heap of live objects only. */
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
process.once('disconnect', () => process.exit());
