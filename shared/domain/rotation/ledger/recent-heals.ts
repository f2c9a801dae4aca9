import { SKEW_SECONDS } from '../../basics/skew.ts';

const HOUR_MS = 3_600_000;

/** A chain that was healed so often within an hour is a finding, and is healed every ten minutes only. */
export const OFTEN = 3;

/** The times within the last hour: in order, in whole seconds, each once, the newest three. */
export function recentHeals(times: readonly Date[], now: Date): Date[] {
  const seconds = new Set(times.map((at) => Math.floor(at.getTime() / 1000) * 1000));
  return [...seconds]
    .filter((at) => now.getTime() - at < HOUR_MS && at - now.getTime() <= SKEW_SECONDS * 1000)
    .sort((a, b) => a - b)
    .slice(-OFTEN)
    .map((at) => new Date(at));
}
