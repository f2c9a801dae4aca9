const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** A duration for people: `42 min`, `3 h 5 min`, `12 d`. Below a minute in seconds. */
export function spanWords(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const i = UNITS.findIndex(([size]) => whole >= size);
  const [size, name] = UNITS[i] ?? [1, 's'];
  const [minor, minorName] = UNITS[i + 1] ?? [1, 's'];
  const count = Math.floor(whole / size);
  const rest = Math.floor((whole % size) / minor);
  // The minor unit is shown below ten of the major one, and never below an hour.
  return size > 60 && count < 10 && rest > 0
    ? `${count} ${name} ${rest} ${minorName}`
    : `${count} ${name}`;
}

/** `2026-11-22 12:00 UTC`: a time that is still right on paper. */
export const clockWords = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

export const secondsBetween = (from: Date, to: string): number =>
  (new Date(to).getTime() - from.getTime()) / 1000;
