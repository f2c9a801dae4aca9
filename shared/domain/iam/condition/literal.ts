/** An instant in nanoseconds since 1970, or a duration in nanoseconds. CEL counts in nanoseconds, and a double cannot. */
export type Nanos = bigint;

export const NANOS_PER_MS = 1_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;

/** The years 1 to 9999: CEL has no other instants. */
export const FIRST_INSTANT: Nanos = -62_135_596_800n * NANOS_PER_SECOND;
export const LAST_INSTANT: Nanos = 253_402_300_800n * NANOS_PER_SECOND - 1n;

/** Implementations that keep a duration in 64 bits have no longer one. */
export const LONGEST_DURATION: Nanos = 2n ** 63n - 1n;

export const nanosOf = (at: Date): Nanos => BigInt(at.getTime()) * NANOS_PER_MS;

/** The last millisecond up to the instant. */
export const msOf = (at: Nanos): number =>
  Number((at - (((at % NANOS_PER_MS) + NANOS_PER_MS) % NANOS_PER_MS)) / NANOS_PER_MS);

export function latest(a: Nanos, b: Nanos): Nanos {
  if (a > b) return a;
  return b;
}

export function earliest(a: Nanos, b: Nanos): Nanos {
  if (a < b) return a;
  return b;
}

const INSTANT =
  /^(?<date>\d{4}-\d\d-\d\d)T(?<time>(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(?<fraction>\d{1,9}))?(?:Z|(?<sign>[+-])(?<hours>0\d|1[0-4]):(?<minutes>[0-5]\d))$/;

/**
 * The instant of a text in the form of RFC 3339. Undefined for each text that an implementation of CEL could refuse or read differently:
 * a leap second, a lower-case letter, a day that the month does not have, more than nine digits of a second.
 */
export function parseInstant(text: string): Nanos | undefined {
  const { date, time, fraction = '', sign, hours, minutes } = INSTANT.exec(text)?.groups ?? {};
  if (date === undefined || time === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}Z`);
  // Some dates that do not exist become the next month's.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return undefined;
  const offset = BigInt(Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60n * NANOS_PER_SECOND;
  const at =
    BigInt(ms) * NANOS_PER_MS + BigInt(fraction.padEnd(9, '0')) + (sign === '-' ? offset : -offset);
  return at >= FIRST_INSTANT && at <= LAST_INSTANT ? at : undefined;
}

const UNITS: Readonly<Record<string, Nanos>> = {
  h: 3600n * NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  s: NANOS_PER_SECOND,
  ms: NANOS_PER_MS,
  us: 1000n,
  ns: 1n,
};
const DURATION = /^-?(?:\d{1,19}(?:\.\d{1,9})?(?:h|ms?|s|us|ns))+$/;

/** The duration of a text such as `1h30m` or `-1.5s`. Undefined if it is no whole number of nanoseconds, or longer than 292 years. */
export function parseDuration(text: string): Nanos | undefined {
  if (!DURATION.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(
    /(\d+)(?:\.(\d+))?(h|ms?|s|us|ns)/g,
  )) {
    const scale = 10n ** BigInt(fraction.length);
    const scaled = BigInt(whole + fraction) * (UNITS[unit] ?? 0n);
    if (scaled % scale !== 0n) return undefined;
    sum += scaled / scale;
  }
  if (sum > LONGEST_DURATION) return undefined;
  return text.startsWith('-') ? -sum : sum;
}
