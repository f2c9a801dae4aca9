/** When a job runs next: the first instant after another. */
export type Schedule = (after: Date) => Date;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** 29 February comes within eight years, also around 2100. */
const HORIZON_DAYS = 8 * 366 + 1;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * A schedule of Cloud Scheduler, in UTC: five fields of unix-cron, or `every 50 minutes` (`mins`, `hours`), counted from the last run.
 *
 * @returns undefined when it is neither
 * @see https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function parseSchedule(text: string): Schedule | undefined {
  const every = /^every\s+([1-9]\d*)\s+(mins?|minutes?|hours?)$/.exec(text.trim());
  if (every) {
    const minutes = Number(every[1]) * (every[2]?.startsWith('h') ? 60 : 1);
    return (after) => new Date(after.getTime() + minutes * MINUTE_MS);
  }
  return parseCron(text.trim().toLowerCase().split(/\s+/));
}

function parseCron(fields: string[]): Schedule | undefined {
  if (fields.length !== 5) return undefined;
  const [minutes, hours, dates, months, days] = [
    valuesOf(fields[0], 0, 59),
    valuesOf(fields[1], 0, 23),
    valuesOf(fields[2], 1, 31),
    valuesOf(fields[3], 1, 12, MONTHS),
    valuesOf(fields[4], 0, 7, DAYS),
  ];
  if (!minutes || !hours || !dates || !months || !days) return undefined;
  const isDay = (at: Date): boolean => {
    const [date, day] = [dates.has(at.getUTCDate()), days.has(at.getUTCDay())];
    // As in unix: where both are restricted, either will do.
    const isEither = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
    return months.has(at.getUTCMonth() + 1) && (isEither ? date || day : date && day);
  };

  const next = (after: Date): Date | undefined => {
    const first = (Math.floor(after.getTime() / MINUTE_MS) + 1) * MINUTE_MS;
    const horizon = first + HORIZON_DAYS * DAY_MS;
    for (let time = first; time < horizon; ) {
      const at = new Date(time);
      if (!isDay(at)) time = (Math.floor(time / DAY_MS) + 1) * DAY_MS;
      else if (minutes.has(at.getUTCMinutes()) && hours.has(at.getUTCHours())) return at;
      else time += MINUTE_MS;
    }
    return undefined;
  };
  // 30 February never comes.
  if (!next(new Date(0))) return undefined;
  return (after) => next(after) ?? new Date(Number.NaN);
}

/** `*`, `5`, `1-5`, every third one as `0-59/3`, `mon,wed`; 7 is a Sunday too. */
function valuesOf(
  field = '',
  min: number,
  max: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const values = new Set<number>();
  const numberOf = (text: string): number => {
    const named = names.indexOf(text);
    if (named >= 0) return named + min;
    return /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [range = '', step = '1', ...rest] = part.split('/');
    const [from = '', to, ...more] = range === '*' ? [String(min), String(max)] : range.split('-');
    const [first, every] = [numberOf(from), Number(step)];
    const last = to === undefined ? (part.includes('/') ? max : first) : numberOf(to);
    const isSound =
      rest.length + more.length === 0 && first >= min && last <= max && first <= last && every >= 1;
    if (!isSound || !Number.isInteger(every)) return undefined;
    for (let value = first; value <= last; value += every)
      values.add(names === DAYS ? value % 7 : value);
  }
  return values;
}
