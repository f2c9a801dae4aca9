import { formatDuration } from '../../basics/duration.ts';
import { SKEW_SECONDS } from '../../basics/skew.ts';
import { FLOOR_SECONDS } from '../../rotation/tick/schedule.ts';
import { error, type Path, type Remark } from '../../yaml/fault.ts';

/** A schedule whose parts are all known. */
export type Schedule = {
  readonly lifetimeSeconds: number;
  /** The longest lifetime that the file may set; 0 if the lifetime is fixed. */
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
 * @param path the key to which a fault belongs
 */
export function remarksOnSchedule(schedule: Schedule, path: Path): Remark[] {
  const { rotateEverySeconds, tickEverySeconds, lifetimeSeconds } = schedule;
  if (rotateEverySeconds < tickEverySeconds) {
    const message = `rotateEvery ${formatDuration(rotateEverySeconds)} is less than tickEvery ${formatDuration(tickEverySeconds)}, and a chain rotates only on a tick: write rotateEvery: ${formatDuration(Math.max(tickEverySeconds, FLOOR_SECONDS))} or more`;
    return [error(path, message)];
  }
  if (rotateEverySeconds < FLOOR_SECONDS) {
    return [error(path, 'a chain cannot rotate twice within 2m: write rotateEvery: 2m or more')];
  }
  const rest =
    tickEverySeconds + schedule.retryWindowSeconds + schedule.minValiditySeconds + SKEW_SECONDS;
  const sum = rotateEverySeconds + rest;
  if (sum <= lifetimeSeconds) return [];

  const longest = Math.max(lifetimeSeconds, schedule.lifetimeMaxSeconds);
  const rotateAtMost = lifetimeSeconds - rest;
  const waitAtMost = longest - rotateEverySeconds - tickEverySeconds - SKEW_SECONDS;
  const fits = [
    ...(rotateAtMost >= Math.max(tickEverySeconds, FLOOR_SECONDS)
      ? [`write rotateEvery: ${formatDuration(rotateAtMost)} or less`]
      : []),
    ...(sum <= schedule.lifetimeMaxSeconds
      ? [`write lifetime: ${formatDuration(sum)} or more`]
      : []),
  ];
  const advice =
    fits.join(', or ') ||
    (waitAtMost > 0
      ? `shorten retryWindow and minValidity to ${formatDuration(waitAtMost)} together`
      : 'shorten rotateEvery, retryWindow and minValidity');
  const parts = [
    `rotateEvery ${formatDuration(rotateEverySeconds)}`,
    `tickEvery ${formatDuration(tickEverySeconds)}`,
    `retryWindow ${formatDuration(schedule.retryWindowSeconds)}`,
    `minValidity ${formatDuration(schedule.minValiditySeconds)}`,
    `${formatDuration(SKEW_SECONDS)} of clock skew`,
  ];
  const message = `this schedule is impossible: ${parts.join(' + ')} = ${formatDuration(sum)}, more than ${schedule.lifetimeWhy}: ${advice}`;
  return [error(path, message)];
}
