const QUARTER = 15 * 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** How far the zone's clock is ahead of UTC, in milliseconds. No zone changes its offset within a quarter of an hour. */
function offsetAt(at: number, zone: string): number {
  const quarter = Math.floor(at / QUARTER);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  formats.set(zone, format);
  const parts = Object.fromEntries(
    format.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  const offset = Date.UTC(year, month - 1, day, hour, minute) - quarter * QUARTER;
  offsets.set(key, offset);
  return offset;
}

/** @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#timestamps-and-durations */
export function calendarField(name: string, at: number, zone: string): number {
  const date = new Date(zone === 'UTC' ? at : at + offsetAt(at, zone));
  switch (name) {
    case 'getFullYear':
      return date.getUTCFullYear();
    case 'getMonth':
      return date.getUTCMonth();
    case 'getDate':
      return date.getUTCDate();
    case 'getDayOfMonth':
      return date.getUTCDate() - 1;
    case 'getDayOfWeek':
      return date.getUTCDay();
    case 'getHours':
      return date.getUTCHours();
    case 'getMinutes':
      return date.getUTCMinutes();
    default:
      throw new Error(`The oracle does not know request.time.${name}`);
  }
}
