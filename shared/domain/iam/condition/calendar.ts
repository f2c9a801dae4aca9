const { floor } = Math;

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * A calendar method of CEL. Its value changes only where a grain begins. Every `local` is in milliseconds: an instant whose UTC fields are
 * the local fields.
 *
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#timezones
 */
export type Field = {
  readonly of: (local: number) => number;
  /** All values between two local times. */
  readonly between: (first: number, last: number) => readonly [min: number, max: number];
  /** The start of the grain that contains `local`, and of the next one. */
  readonly grain: (local: number) => readonly [start: number, next: number];
  /** Of a grain, in milliseconds, about. */
  readonly length: number;
};

const every = (length: number) => (local: number) => {
  const start = floor(local / length) * length;
  return [start, start + length] as const;
};
const inOne =
  (length: number, offset = 0) =>
  (first: number, last: number) =>
    floor((first + offset) / length) === floor((last + offset) / length);

/** `Date.UTC` reads the years 0 to 99 as 1900 to 1999. */
const startOf = (year: number, month: number): number => new Date(0).setUTCFullYear(year, month, 1);
const yearAt = (local: number): number => new Date(local).getUTCFullYear();
const yearly = (local: number) =>
  [startOf(yearAt(local), 0), startOf(yearAt(local) + 1, 0)] as const;
const inOneYear = (first: number, last: number) =>
  last - first < 366 * DAY_MS && yearAt(first) === yearAt(last);
const monthAt = (local: number): number => new Date(local).getUTCMonth();
const monthly = (local: number) => {
  const [year, month] = [yearAt(local), monthAt(local)];
  return [startOf(year, month), startOf(year, month + 1)] as const;
};
const inOneMonth = (first: number, last: number) =>
  last - first < 31 * DAY_MS && monthAt(first) === monthAt(last);

/** A field that grows from `min` to `max` within each `whole`. */
function cyclic(
  of: Field['of'],
  [min, max]: readonly [number, number],
  isOneWhole: (first: number, last: number) => boolean,
  grain: Field['grain'],
  length: number,
): Field {
  const all = [min, max] as const;
  return {
    of,
    between: (first, last) => (isOneWhole(first, last) ? [of(first), of(last)] : all),
    grain,
    length,
  };
}

const daily = every(DAY_MS);
const date = (local: number): number => new Date(local).getUTCDate();
/** 1970-01-01 was a Thursday. */
const SINCE_SUNDAY = 4 * DAY_MS;
const partOf =
  (whole: number, part: number, offset = 0) =>
  (local: number) => {
    const since = local + offset;
    return floor((since - floor(since / whole) * whole) / part);
  };
const clock = (whole: number, part: number, offset = 0): Field =>
  cyclic(
    partOf(whole, part, offset),
    [0, whole / part - 1],
    inOne(whole, offset),
    every(part),
    part,
  );

export const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>(
  Object.entries({
    getFullYear: {
      of: yearAt,
      between: (first, last) => [yearAt(first), yearAt(last)],
      grain: yearly,
      length: 365 * DAY_MS,
    },
    // From 0.
    getMonth: cyclic(
      (local) => new Date(local).getUTCMonth(),
      [0, 11],
      inOneYear,
      monthly,
      30 * DAY_MS,
    ),
    getDate: cyclic(date, [1, 31], inOneMonth, daily, DAY_MS),
    // From 0.
    getDayOfMonth: cyclic((local) => date(local) - 1, [0, 30], inOneMonth, daily, DAY_MS),
    // From 0, Sunday.
    getDayOfWeek: clock(7 * DAY_MS, DAY_MS, SINCE_SUNDAY),
    // From 0.
    getDayOfYear: cyclic(
      (local) => floor((local - startOf(yearAt(local), 0)) / DAY_MS),
      [0, 365],
      inOneYear,
      daily,
      DAY_MS,
    ),
    getHours: clock(DAY_MS, HOUR_MS),
    getMinutes: clock(HOUR_MS, MINUTE_MS),
    getSeconds: clock(MINUTE_MS, SECOND_MS),
    getMilliseconds: clock(SECOND_MS, 1),
  }),
);
