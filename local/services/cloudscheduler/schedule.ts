import { inZone } from '../../core/zone.ts';

/** @returns the next run after `after` */
export type Schedule = (after: Date) => Date;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Any valid schedule has a run within this time: 29 February comes after at most eight years, around 2100 too. */
const HORIZON_DAYS = 8 * 366 + 1;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * A schedule of Cloud Scheduler.
 *
 * It has the five fields of unix-cron, or the form `every 50 minutes` (`mins`, `hours`), which counts from the last run.
 *
 * @param zone an IANA time zone
 * @returns undefined for an invalid schedule
 * @see https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function parseSchedule(text: string, zone = 'UTC'): Schedule | undefined {
  const every = /^every\s+([1-9]\d*)\s+(mins?|minutes?|hours?)$/.exec(text.trim());
  if (every) {
    const minutes = Number(every[1]) * (every[2]?.startsWith('h') ? 60 : 1);
    return (after) => new Date(after.getTime() + minutes * MINUTE_MS);
  }
  return parseCron(text.trim().toLowerCase().split(/\s+/), zone);
}

function parseCron(fields: string[], zone: string): Schedule | undefined {
  if (fields.length !== 5) return undefined;
  const [minutes, hours, dates, months, days] = [
    valuesOf(fields[0], 0, 59),
    valuesOf(fields[1], 0, 23),
    valuesOf(fields[2], 1, 31),
    valuesOf(fields[3], 1, 12, MONTHS),
    valuesOf(fields[4], 0, 7, DAYS),
  ];
  if (!minutes || !hours || !dates || !months || !days) return undefined;
  const matchesDay = (time: Date): boolean => {
    const [date, day] = [dates.has(time.getUTCDate()), days.has(time.getUTCDay())];
    // unix-cron: when both fields are restricted, one match is enough.
    const oneIsEnough = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
    return months.has(time.getUTCMonth() + 1) && (oneIsEnough ? date || day : date && day);
  };

  const next = (after: Date, timeZone: string): Date | undefined => {
    const first = (Math.floor(after.getTime() / MINUTE_MS) + 1) * MINUTE_MS;
    const horizon = first + HORIZON_DAYS * DAY_MS;
    for (let ms = first; ms < horizon; ) {
      const local = inZone(new Date(ms), timeZone);
      const restOfDay = DAY_MS - (local.getTime() % DAY_MS);
      if (matchesDay(local)) {
        if (minutes.has(local.getUTCMinutes()) && hours.has(local.getUTCHours()))
          return new Date(ms);
        ms += MINUTE_MS;
      } else if (timeZone === 'UTC') ms += restOfDay;
      // The day may be an hour shorter.
      else ms += Math.max(restOfDay - 60 * MINUTE_MS, MINUTE_MS);
    }
    return undefined;
  };
  // A date like 30 February never comes.
  if (!next(new Date(0), 'UTC')) return undefined;
  return (after) => next(after, zone) ?? new Date(Number.NaN);
}

/** The values of one field: `*`, `5`, `1-5`, `mon,wed`, or a step as in `0-59/3`. In the day field 7 is Sunday, like 0. */
function valuesOf(
  field = '',
  min: number,
  max: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const values = new Set<number>();
  const numberOf = (text: string): number => {
    const index = names.indexOf(text);
    if (index >= 0) return index + min;
    return /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [range = '', stepText = '1', ...rest] = part.split('/');
    const [from = '', to, ...more] = range === '*' ? [String(min), String(max)] : range.split('-');
    const [first, step] = [numberOf(from), Number(stepText)];
    const last = to === undefined ? (part.includes('/') ? max : first) : numberOf(to);
    const isValid =
      rest.length + more.length === 0 && first >= min && last <= max && first <= last && step >= 1;
    if (!isValid || !Number.isInteger(step)) return undefined;
    for (let value = first; value <= last; value += step)
      values.add(names === DAYS ? value % 7 : value);
  }
  return values;
}
