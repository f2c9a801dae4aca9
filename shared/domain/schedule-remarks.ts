import { formatDuration } from './duration.ts';
import { error, type Path, type Remark } from './fault.ts';

/** What a clock of ours and one of Google's may differ by. */
const SKEW_SECONDS = 60;
/** No chain rotates twice within this, unless forced. */
const ROTATE_EVERY_LEAST_SECONDS = 120;

/** All of it known: a schedule with an ill-shaped part is not judged. */
export type Schedule = {
  readonly lifetimeSeconds: number;
  /** What a person can do about the lifetime: set it, or nothing. */
  readonly lifetimeMaxSeconds: number;
  readonly lifetimeWhy: string;
  readonly rotateEverySeconds: number;
  readonly tickEverySeconds: number;
  readonly retryWindowSeconds: number;
  readonly minValiditySeconds: number;
};

/**
 * A credential must live until the tick after it is due, through a retry window, and still be valid for a reader then.
 *
 * @param path what to point at: whatever the chain itself says of its schedule
 */
export function remarksOnSchedule(schedule: Schedule, path: Path): Remark[] {
  const { rotateEverySeconds, tickEverySeconds, lifetimeSeconds } = schedule;
  if (rotateEverySeconds < tickEverySeconds) {
    const message = `rotateEvery ${formatDuration(rotateEverySeconds)} is less than tickEvery ${formatDuration(tickEverySeconds)}, and nothing happens between two ticks: write rotateEvery: ${formatDuration(Math.max(tickEverySeconds, ROTATE_EVERY_LEAST_SECONDS))} or more`;
    return [error(path, message)];
  }
  if (rotateEverySeconds < ROTATE_EVERY_LEAST_SECONDS) {
    return [error(path, 'no chain rotates twice within 2m: write rotateEvery: 2m or more')];
  }
  const rest =
    tickEverySeconds + schedule.retryWindowSeconds + schedule.minValiditySeconds + SKEW_SECONDS;
  const sum = rotateEverySeconds + rest;
  if (sum <= lifetimeSeconds) return [];

  const least = Math.max(tickEverySeconds, ROTATE_EVERY_LEAST_SECONDS);
  const fits = [
    ...(lifetimeSeconds - rest >= least
      ? [`rotateEvery: ${formatDuration(lifetimeSeconds - rest)} or less`]
      : []),
    ...(sum <= schedule.lifetimeMaxSeconds ? [`lifetime: ${formatDuration(sum)} or more`] : []),
  ];
  const advice =
    fits.length > 0 ? `write ${fits.join(', or ')}` : 'shorten retryWindow or minValidity too';
  const parts = [
    `rotateEvery ${formatDuration(rotateEverySeconds)}`,
    `tickEvery ${formatDuration(tickEverySeconds)}`,
    `retryWindow ${formatDuration(schedule.retryWindowSeconds)}`,
    `minValidity ${formatDuration(schedule.minValiditySeconds)}`,
    `${formatDuration(SKEW_SECONDS)} of clock skew`,
  ];
  const message = `this schedule cannot hold: ${parts.join(' + ')} = ${formatDuration(sum)}, more than ${schedule.lifetimeWhy}: ${advice}`;
  return [error(path, message)];
}
