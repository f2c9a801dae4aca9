import fc from 'fast-check';
import { textOf } from './judge.ts';

export type RandomCondition = {
  readonly expression: string;
  /** In nanoseconds since 1970. */
  readonly from: bigint;
  readonly to: bigint;
  /** Instants that the expression names, and others within the time. */
  readonly instants: readonly bigint[];
};

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
const DAY = 24n * HOUR;
const nanos = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;

const [FIRST, LAST] = [nanos('0001-01-01T00:00:00Z'), nanos('9999-12-31T23:59:59Z')];
function within(at: bigint): bigint {
  if (at < FIRST) return FIRST;
  if (at > LAST) return LAST;
  return at;
}

/** Where something happens: changes of summer time, of a year, of the offset itself, and both ends of time. */
const BASES = [
  '2026-11-22T12:00:00Z',
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-04-04T15:00:00Z',
  '2027-01-01T00:00:00Z',
  '2028-02-28T18:00:00Z',
  '2000-02-29T12:00:00Z',
  '1883-11-18T17:00:00Z',
  '1893-03-31T23:00:00Z',
  '1945-04-02T01:00:00Z',
  '1970-01-01T00:00:00Z',
  '1986-01-01T00:00:00Z',
  '2011-12-30T10:00:00Z',
  '2100-02-28T23:00:00Z',
  '2345-10-28T01:00:00Z',
  '9999-12-20T00:00:00Z',
  '0001-01-03T00:00:00Z',
].map(nanos);

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Gaza',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'Antarctica/Troll',
  '+05:30',
  '-09:45',
  '02:00',
];

const FIELDS: readonly { name: string; most: number; length: bigint }[] = [
  { name: 'getFullYear', most: 1, length: 14n * DAY },
  { name: 'getMonth', most: 11, length: 14n * DAY },
  { name: 'getDate', most: 31, length: 14n * DAY },
  { name: 'getDayOfMonth', most: 30, length: 14n * DAY },
  { name: 'getDayOfWeek', most: 6, length: 14n * DAY },
  { name: 'getDayOfYear', most: 365, length: 14n * DAY },
  { name: 'getHours', most: 23, length: 14n * DAY },
  { name: 'getMinutes', most: 59, length: 12n * HOUR },
  { name: 'getSeconds', most: 59, length: 600n * SECOND },
  { name: 'getMilliseconds', most: 999, length: SECOND / 2n },
];

/** A text of CEL, and the longest time for which its intervals are worth computing. */
type Part = { readonly text: string; readonly length: bigint; readonly named: readonly bigint[] };
const part = (text: string, ...parts: readonly Part[]): Part => ({
  text,
  length: [14n * DAY, ...parts.map(({ length }) => length)].sort((a, b) => Number(a - b))[0] ?? DAY,
  named: parts.flatMap(({ named }) => named),
});
const joined =
  (before: string, ...between: string[]) =>
  (parts: readonly Part[]): Part =>
    part(before + parts.map(({ text }, i) => text + (between[i] ?? '')).join(''), ...parts);

function conditionsNear(base: bigint): fc.Arbitrary<Part> {
  const offset = fc.oneof(
    fc.bigInt({ min: -15n * DAY, max: 15n * DAY }),
    fc.integer({ min: -360, max: 360 }).map((hours) => BigInt(hours) * HOUR),
    fc.integer({ min: -900, max: 900 }).map((ms) => BigInt(ms) * 1_000_000n),
    fc.integer({ min: -5, max: 5 }).map(BigInt),
  );
  const at = offset.map((by) => {
    const instant = base + by;
    return within(instant);
  });
  const timestamp = at.map((instant): Part => {
    const text = textOf(instant).replace(/\.?0*Z$/, 'Z');
    return { ...part(`timestamp("${text}")`), named: [instant] };
  });
  const lengthOf = (...special: string[]) =>
    fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.oneof(
          fc.integer({ min: 0, max: 400_000 }).map((seconds) => `${seconds}s`),
          fc.integer({ min: 0, max: 100 }).map((hours) => `${hours}h30m`),
          fc.constantFrom('1ms', '1.5s', '250000h', '1h1m1.001s', ...special),
        ),
      )
      .map(([sign, text]) => part(`duration("${sign}${text}")`));
  const wholeLength = lengthOf();
  const length = lengthOf('1ns', '0.000001ms');
  const zone = fc.option(fc.constantFrom(...ZONES), { nil: undefined });

  const { condition } = fc.letrec<{
    condition: Part;
    instant: Part;
    duration: Part;
    shifted: Part;
    integer: Part;
    field: Part;
  }>((tie) => ({
    instant: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: fc.constant(part('request.time')), weight: 4 },
      { arbitrary: timestamp, weight: 3 },
      { arbitrary: fc.tuple(tie('instant'), length).map(joined('', ' + ')), weight: 1 },
      { arbitrary: fc.tuple(tie('instant'), length).map(joined('(', ' - ', ')')), weight: 1 },
      // `request.time` at most once: twice of it is not evaluated.
      {
        arbitrary: fc
          .tuple(timestamp, tie('instant'), timestamp)
          .map(joined('(', ' + (', ' - ', '))')),
        weight: 1,
      },
    ),
    duration: fc.oneof(
      { arbitrary: length, weight: 3 },
      { arbitrary: fc.tuple(tie('instant'), timestamp).map(joined('(', ' - ', ')')), weight: 1 },
    ),
    // Whole milliseconds: a field of anything else is not evaluated.
    shifted: fc.oneof(
      { arbitrary: fc.constant(part('request.time')), weight: 5 },
      { arbitrary: timestamp, weight: 1 },
      { arbitrary: wholeLength.map((by) => joined('request.time + ')([by])), weight: 1 },
      { arbitrary: wholeLength.map((by) => joined('request.time - ')([by])), weight: 1 },
    ),
    field: fc
      .tuple(tie('shifted'), fc.constantFrom(...FIELDS), zone)
      .map(([instant, { name, length: longest }, named]) =>
        part(`(${instant.text}).${name}(${named === undefined ? '' : `"${named}"`})`, instant, {
          ...part(''),
          length: longest,
        }),
      ),
    integer: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      {
        arbitrary: fc.integer({ min: -3, max: 60 }).map((value) => part(String(value))),
        weight: 3,
      },
      { arbitrary: tie('field'), weight: 4 },
      {
        arbitrary: fc
          .tuple(tie('integer'), fc.constantFrom(' + ', ' - ', ' * ', ' / ', ' % '), tie('integer'))
          .map(([a, operator, b]) => joined('(', operator, ')')([a, b])),
        weight: 1,
      },
    ),
    condition: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      {
        arbitrary: fc
          .tuple(tie('field'), fc.constantFrom(' == ', ' != ', ' < ', ' <= ', ' > ', ' >= '))
          .chain(([field, operator]) => {
            const { most = 1, name = '' } = FIELDS.find((f) => field.text.includes(f.name)) ?? {};
            const least = name === 'getFullYear' ? Number(textOf(base).slice(0, 4)) - 1 : -1;
            return fc
              .integer({ min: least, max: Math.max(least + 2, most + 1) })
              .map((value) => part(`${field.text}${operator}${value}`, field));
          }),
        weight: 5,
      },
      {
        arbitrary: fc
          .tuple(
            tie('instant'),
            fc.constantFrom(' == ', ' != ', ' < ', ' <= ', ' > ', ' >= '),
            tie('instant'),
          )
          .map(([a, operator, b]) => joined('', operator)([a, b])),
        weight: 5,
      },
      {
        arbitrary: fc
          .tuple(tie('duration'), fc.constantFrom(' == ', ' < ', ' >= '), length)
          .map(([a, operator, b]) => joined('', operator)([a, b])),
        weight: 1,
      },
      {
        arbitrary: fc.tuple(timestamp, length).map(joined('', ' - request.time > ')),
        weight: 1,
      },
      {
        arbitrary: fc
          .tuple(tie('integer'), fc.constantFrom(' == ', ' != ', ' < ', ' >= '), tie('integer'))
          .map(([a, operator, b]) => joined('', operator)([a, b])),
        weight: 2,
      },
      {
        arbitrary: fc
          .tuple(tie('integer'), tie('integer'), tie('integer'))
          .map(joined('', ' in [', ', ', ']')),
        weight: 1,
      },
      {
        arbitrary: fc
          .tuple(tie('instant'), tie('instant'), tie('instant'))
          .map(joined('', ' in [', ', ', ']')),
        weight: 1,
      },
      {
        arbitrary: fc
          .constantFrom(
            'resource.type == "t"',
            'resource.type != "t"',
            'resource.service == "s"',
            'resource.matchTag("acme/env", "prod")',
            'resource.matchTag("acme/team", "ops")',
            'true',
            'false',
            '"ab".startsWith("a")',
            '"a" + "b" in ["a", "ab"]',
          )
          .map((text) => part(text)),
        weight: 3,
      },
      { arbitrary: fc.tuple(tie('condition')).map(joined('!(', ')')), weight: 2 },
      {
        arbitrary: fc.tuple(tie('condition'), tie('condition')).map(joined('(', ' && ', ')')),
        weight: 5,
      },
      {
        arbitrary: fc.tuple(tie('condition'), tie('condition')).map(joined('(', ' || ', ')')),
        weight: 5,
      },
      {
        arbitrary: fc.tuple(tie('condition'), tie('condition')).map(joined('((', ') == (', '))')),
        weight: 1,
      },
      {
        arbitrary: fc
          .tuple(tie('condition'), tie('condition'), tie('condition'))
          .map(joined('(', ' ? ', ' : ', ')')),
        weight: 1,
      },
    ),
  }));
  return condition;
}

/** Any condition that Hopmint evaluates exactly, a time of up to 14 days, and instants in it. */
export const randomCondition: fc.Arbitrary<RandomCondition> = fc
  .constantFrom(...BASES)
  .chain((base) =>
    fc
      .tuple(
        conditionsNear(base),
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        fc.array(fc.bigInt({ min: 0n, max: 1_000_000n }), { minLength: 8, maxLength: 8 }),
      )
      .map(([{ text, length, named }, before, among]): RandomCondition => {
        const from = within(base - (length * before) / 1_000_000n);
        const to = within(from + length);
        const instants = [
          ...among.map((share) => from + ((to - from) * share) / 1_000_001n),
          ...named.flatMap((at) => [at - 1n, at, at + 1n]),
        ].filter((at) => at >= from && at < to);
        return { expression: text, from, to, instants };
      }),
  );
