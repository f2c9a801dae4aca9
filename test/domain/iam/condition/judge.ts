import {
  type CelInput,
  CelScalar,
  celEnv,
  celMethod,
  isCelError,
  objectType,
  parse,
  plan,
} from '@bufbuild/cel';

/** The values of everything but the time that a condition may read. An attribute without a value is absent. */
export type Situation = {
  readonly attributes: Readonly<Record<string, string>>;
  /** The tags of the resource: `acme/env=prod`. */
  readonly tags: ReadonlySet<string>;
};

export type Verdict = 'yes' | 'no' | 'no value';

const TIMESTAMP = objectType('google.protobuf.Timestamp');

/** The local fields of an instant, as `Intl` writes them. The product computes them from the offset of the zone. */
function fieldsOf(at: Date, zone: string): Record<string, number> {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value;
  const era = part('era') === 'BC' ? 1 - Number(part('year')) : Number(part('year'));
  const [month, date] = [Number(part('month')) - 1, Number(part('day'))];
  const midnight = (y: number, m: number, d: number) => new Date(0).setUTCFullYear(y, m, d);
  const day = midnight(era, month, date);
  return {
    getFullYear: era,
    getMonth: month,
    getDate: date,
    getDayOfMonth: date - 1,
    getDayOfWeek: new Date(day).getUTCDay(),
    getDayOfYear: (day - midnight(era, 0, 1)) / 86_400_000,
    getHours: Number(part('hour')),
    getMinutes: Number(part('minute')),
    getSeconds: Number(part('second')),
    getMilliseconds: at.getUTCMilliseconds(),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: /^\d/.test(zone) ? `+${zone}` : zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

const FIELDS = Object.keys(fieldsOf(new Date(0), 'UTC'));

function dateOf(value: unknown): Date {
  const { message } = value as { message: { seconds: bigint; nanos: number } };
  return new Date(Number(message.seconds) * 1000 + Math.floor(message.nanos / 1_000_000));
}

let situation: Situation = { attributes: {}, tags: new Set() };
const { STRING, BOOL, INT, DYN } = CelScalar;
const env = celEnv({
  funcs: [
    ...FIELDS.flatMap((name) => [
      celMethod(name, TIMESTAMP, [], INT, function () {
        return BigInt(fieldsOf(dateOf(this), 'UTC')[name] ?? Number.NaN);
      }),
      celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
        return BigInt(fieldsOf(dateOf(this), zone)[name] ?? Number.NaN);
      }),
    ]),
    celMethod('matchTag', DYN, [STRING, STRING], BOOL, (key, value) =>
      situation.tags.has(`${key}=${value}`),
    ),
  ],
});

const timestamp = plan(env, parse('timestamp(text)'));

/**
 * Evaluates a condition with the evaluator of `@bufbuild/cel`, one instant and one situation after the other. The product uses only the parser of
 * this library.
 */
export function judgeOf(expression: string): (at: bigint, now: Situation) => Verdict {
  const evaluate = plan(env, parse(expression));
  return (at, now) => {
    situation = now;
    try {
      const value = evaluate({
        request: { time: timestamp({ text: textOf(at) }) as CelInput },
        resource: { ...now.attributes, resource: 'r' },
      });
      if (isCelError(value) || typeof value !== 'boolean') return 'no value';
      return value ? 'yes' : 'no';
    } catch {
      return 'no value';
    }
  };
}

/** RFC 3339 of nanoseconds since 1970. */
export function textOf(at: bigint): string {
  const nanos = ((at % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const whole = new Date(Number((at - nanos) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(nanos).padStart(9, '0')}Z`;
}
