import { type CelFunc, CelScalar, celMethod, objectType } from '@bufbuild/cel';

/**
 * CEL's calendar methods on timestamps. They replace the library's methods, which convert through the time zone of this machine: where
 * that zone has daylight saving time, they return a different hour than Google does.
 *
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#timezones
 */
const FIELDS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: (d) => d.getUTCFullYear(),
  getMonth: (d) => d.getUTCMonth(), // from 0
  getDate: (d) => d.getUTCDate(), // from 1
  getDayOfMonth: (d) => d.getUTCDate() - 1, // from 0
  getDayOfWeek: (d) => d.getUTCDay(), // from 0, Sunday
  getDayOfYear: (d) => Math.floor((d.getTime() - Date.UTC(d.getUTCFullYear(), 0)) / 86_400_000),
  getHours: (d) => d.getUTCHours(),
  getMinutes: (d) => d.getUTCMinutes(),
  getSeconds: (d) => d.getUTCSeconds(),
  getMilliseconds: (d) => d.getUTCMilliseconds(),
};

/** Returns the instant whose UTC fields equal the local fields of `at` in `zone`. @throws {RangeError} if the zone does not exist. */
export function localTime(at: Date, zone: string): Date {
  const fixed = /^(?<sign>[+-]?)(?<hours>\d\d):(?<minutes>\d\d)$/.exec(zone)?.groups;
  if (fixed) {
    const minutes = Number(fixed.hours) * 60 + Number(fixed.minutes);
    return new Date(at.getTime() + (fixed.sign === '-' ? -minutes : minutes) * 60_000);
  }
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((p) => p.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return new Date(local + at.getUTCMilliseconds());
}

const TIMESTAMP = objectType('google.protobuf.Timestamp');

/** The library passes a timestamp as a protobuf message, but does not type it where a type is given by its name. */
function dateOf(value: unknown): Date {
  const { message } = value as { message: { seconds: bigint; nanos: number } };
  return new Date(Number(message.seconds) * 1000 + Math.floor(message.nanos / 1_000_000));
}

export const calendarMethods: CelFunc[] = Object.entries(FIELDS).flatMap(([name, field]) => [
  celMethod(name, TIMESTAMP, [], CelScalar.INT, function () {
    return BigInt(field(dateOf(this)));
  }),
  celMethod(name, TIMESTAMP, [CelScalar.STRING], CelScalar.INT, function (zone) {
    return BigInt(field(localTime(dateOf(this), zone)));
  }),
]);
