import type { SecretWatch } from '../simulation/secret-watch.ts';
import type { TroubleLog } from './trouble-log.ts';

export type Figures = {
  readonly seed: number;
  readonly chains: number;
  readonly hours: number;
  ticks: number;
  rotations: number;
  calls: number;
  reads: number;
  /** How often each trouble happened. */
  readonly troubles: Record<string, number>;
  /** The least validity that a reader found, in seconds, without the excused reads. */
  leastSeconds: number;
  /** The least validity of the excused reads. A read is excused if the troubles left no time for an attempt. */
  leastExcusedSeconds: number;
  /** The number of excused reads that found less than the minimum validity. */
  excused: number;
  /** The most versions of one secret that were enabled at the same time. */
  mostLiveVersions: number;
  readonly violations: string[];
  /** A hash of all calls and troubles in order, equal for equal seeds. */
  fingerprint: string;
};

export const newFigures = (seed: number, chains: number, hours: number): Figures => ({
  seed,
  chains,
  hours,
  ticks: 0,
  rotations: 0,
  calls: 0,
  reads: 0,
  troubles: {},
  leastSeconds: Number.POSITIVE_INFINITY,
  leastExcusedSeconds: Number.POSITIVE_INFINITY,
  excused: 0,
  mostLiveVersions: 0,
  violations: [],
  fingerprint: '',
});

/** Adds what the watches and the log have counted. */
export function addCounts(
  figures: Figures,
  watches: ReadonlyMap<string, SecretWatch>,
  troubles: TroubleLog,
): void {
  for (const [name, count] of troubles.counts) figures.troubles[name] = count;
  for (const [secret, watch] of watches) {
    figures.rotations += watch.commits.length;
    figures.leastSeconds = Math.min(figures.leastSeconds, watch.leastSeconds);
    figures.leastExcusedSeconds = Math.min(figures.leastExcusedSeconds, watch.leastExcusedSeconds);
    figures.excused += watch.excused;
    figures.violations.push(...watch.violations.map((what) => `${secret} ${what}`));
  }
}
