/**
 * A date whose UTC fields are those of the zone's calendar.
 *
 * @param zone an IANA name, or an offset such as `+01:00`
 * @throws {RangeError} for an unknown zone
 */
export function inZone(time: Date, zone = 'UTC'): Date {
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(time.getTime() + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  if (zone === 'UTC') return time;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(
    format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day, hour, minute, second } = part;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, time.getUTCMilliseconds()));
}

export function isZone(zone: string): boolean {
  try {
    inZone(new Date(0), zone);
    return true;
  } catch {
    return false;
  }
}
