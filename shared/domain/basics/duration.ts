const UNITS = { s: 1, m: 60, h: 3600 } as const;

/** The seconds of a duration such as `90s`, `30m` or `12h`: a whole number and one unit. Anything else gives `undefined`. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smh])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** `67m` for 4020: in the largest unit that divides the seconds evenly. */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds % UNITS.h === 0) return `${seconds / UNITS.h}h`;
  if (seconds > 0 && seconds % UNITS.m === 0) return `${seconds / UNITS.m}m`;
  return `${seconds}s`;
}
