import fc from 'fast-check';
import { intervalsOf, NOTHING } from '../../../../shared/domain/iam/condition/condition.ts';
import { nanosOf } from '../../../../shared/domain/iam/condition/literal.ts';
import { compare } from './compare.ts';
import { textOf } from './judge.ts';
import { randomCondition } from './random-condition.ts';

/** A condition's intervals as texts: start and truth. */
function intervals(expression: string, from: string, to: string, attributes = NOTHING): string[] {
  const [start, end] = [nanosOf(new Date(from)), nanosOf(new Date(to))];
  return intervalsOf({ expression }, attributes, start, end).map(
    (interval) => `${textOf(interval.start).replace(/\.?0*Z$/, 'Z')} ${interval.truth}`,
  );
}

type Row = { title: string; expression: string; from: string; to: string; expected: string[] };

describe('the intervals in which a condition holds', () => {
  const time = 'request.time';
  const rows: Row[] = [
    {
      title: 'end at the nanosecond that a comparison names',
      expression: `${time} >= timestamp("2026-01-01T00:00:00.000000001Z") && ${time} <= timestamp("2026-01-01T01:00:00+01:00") + duration("1ns")`,
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-01T01:00:00Z',
      expected: [
        '2026-01-01T00:00:00Z no',
        '2026-01-01T00:00:00.000000001Z yes',
        '2026-01-01T00:00:00.000000002Z no',
      ],
    },
    {
      title: 'follow the hours through the start of summer time',
      expression: `${time}.getHours("Europe/Berlin") < 4`,
      from: '2026-03-28T23:00:00Z',
      to: '2026-03-30T00:00:00Z',
      expected: ['2026-03-28T23:00:00Z yes', '2026-03-29T02:00:00Z no', '2026-03-29T22:00:00Z yes'],
    },
    {
      title: 'know the local hour of a constant on the day of a change',
      expression: 'timestamp("2026-03-29T12:00:00Z").getHours("Europe/Berlin") == 14',
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-02T00:00:00Z',
      expected: ['2026-01-01T00:00:00Z yes'],
    },
    {
      title: 'contain the hour that the end of summer time repeats twice',
      expression: `${time}.getHours("America/New_York") == 1`,
      from: '2026-11-01T04:00:00Z',
      to: '2026-11-01T12:00:00Z',
      expected: ['2026-11-01T04:00:00Z no', '2026-11-01T05:00:00Z yes', '2026-11-01T07:00:00Z no'],
    },
    {
      title: 'follow a zone that changes by half an hour',
      expression: `${time}.getHours("Australia/Lord_Howe") == 2 && ${time}.getMinutes("Australia/Lord_Howe") < 30`,
      from: '2026-10-03T12:00:00Z',
      to: '2026-10-04T16:00:00Z',
      expected: [
        // At 02:00, the clocks go to 02:30: that night has no such half hour.
        '2026-10-03T12:00:00Z no',
        '2026-10-04T15:00:00Z yes',
        '2026-10-04T15:30:00Z no',
      ],
    },
    {
      title: 'have no day that a zone leaves out',
      expression: `${time}.getDate("Pacific/Apia") == 30`,
      from: '2011-12-28T00:00:00Z',
      to: '2012-01-02T00:00:00Z',
      expected: ['2011-12-28T00:00:00Z no'],
    },
    {
      title: 'are known for a zone whose offset had seconds',
      expression: `${time}.getMinutes("Africa/Monrovia") == 0`,
      from: '1971-06-01T00:40:00Z',
      to: '1971-06-01T00:50:00Z',
      expected: ['1971-06-01T00:40:00Z no', '1971-06-01T00:44:30Z yes', '1971-06-01T00:45:30Z no'],
    },
    {
      title: 'are known in the last year',
      expression: `${time}.getMonth("Europe/Berlin") == 11 && ${time} + duration("24h") > ${time}`,
      from: '9999-11-30T00:00:00Z',
      to: '9999-12-31T23:00:00Z',
      expected: [
        '9999-11-30T00:00:00Z no',
        '9999-11-30T23:00:00Z yes',
        // A day later, there is no time.
        '9999-12-31T00:00:00Z unknown',
      ],
    },
    {
      title: 'are unknown only where an attribute decides',
      expression: `${time}.getHours() < 6 && (resource.type == "t" || ${time}.getMinutes() < 30)`,
      from: '2026-01-01T05:00:00Z',
      to: '2026-01-01T07:00:00Z',
      expected: [
        '2026-01-01T05:00:00Z yes',
        '2026-01-01T05:30:00Z unknown',
        '2026-01-01T06:00:00Z no',
      ],
    },
    {
      title: 'are decided if each value of a tag agrees',
      expression: `resource.matchTag("a/b", "c") ? ${time}.getHours() < 6 : ${time}.getHours() < 7`,
      from: '2026-01-01T05:00:00Z',
      to: '2026-01-01T08:00:00Z',
      expected: [
        '2026-01-01T05:00:00Z yes',
        '2026-01-01T06:00:00Z unknown',
        '2026-01-01T07:00:00Z no',
      ],
    },
    {
      title: 'are decided if no value of an attribute can make the condition hold',
      expression: `resource.type == "t" && (resource.type != "t" || ${time}.getHours() < 6)`,
      from: '2026-01-01T05:00:00Z',
      to: '2026-01-01T08:00:00Z',
      expected: ['2026-01-01T05:00:00Z unknown', '2026-01-01T06:00:00Z no'],
    },
    {
      title:
        'are unknown if the condition holds for each value of an attribute, which may have none',
      expression: 'resource.type == "t" || resource.type != "t"',
      from: '2026-01-01T05:00:00Z',
      to: '2026-01-01T08:00:00Z',
      expected: ['2026-01-01T05:00:00Z unknown'],
    },
  ];
  it.each(rows)('$title', ({ expression, from, to, expected }) => {
    expect(intervals(expression, from, to)).toEqual(expected);
  });

  it('are unknown from where they take too long to compute', () => {
    const [from, to] = ['2026-01-01', '2027-01-01'].map((text) => nanosOf(new Date(text)));
    const expression = 'request.time.getMilliseconds() < 1';
    const found = intervalsOf({ expression }, NOTHING, from ?? 0n, to ?? 0n);
    expect(found.slice(0, -1).some(({ truth }) => truth === 'unknown')).toBe(false);
    expect(found.at(-1)).toMatchObject({ truth: 'unknown', end: to });
    expect(found.length).toBeGreaterThan(1000);
  });

  it('use the attributes that are known', () => {
    const expression = 'resource.name.startsWith("a") && request.time.getHours() < 6';
    const [from, to] = ['2026-01-01T05:00:00Z', '2026-01-01T07:00:00Z'];
    expect(intervals(expression, from, to, { 'resource.name': 'abc' })).toEqual([
      `${from} yes`,
      '2026-01-01T06:00:00Z no',
    ]);
    expect(intervals(expression, from, to, { 'resource.name': 'b' })).toEqual([`${from} no`]);
  });

  it('agree with another evaluator at each instant, for random conditions', () => {
    fc.assert(
      fc.property(randomCondition, (condition) => {
        expect(compare(condition).disagreements).toEqual([]);
      }),
      { numRuns: 60, seed: 19 },
    );
  });
});

describe('a part that implementations of CEL could read differently is unknown', () => {
  const rows: { title: string; expression: string }[] = [
    { title: 'an order of texts', expression: '"\\uFFFD" < "😀"' },
    { title: 'an order of booleans', expression: 'false < true' },
    { title: 'numbers of two types', expression: '1 == 1.0' },
    { title: 'an unsigned number', expression: '1u < 2u' },
    { title: 'a number beyond 2^53', expression: '9007199254740993 > 1' },
    { title: 'a product beyond 2^53', expression: '9007199254740991 * 2 > 1' },
    { title: 'half a surrogate pair', expression: '"\ud800" == "\ud800"' },
    { title: 'bytes', expression: 'b"a" == b"a"' },
    { title: 'the length of a text', expression: 'size("😀") == 1' },
    { title: 'a leap second', expression: 'timestamp("2016-12-31T23:59:60Z") < request.time' },
    {
      title: 'a day that does not exist',
      expression: 'timestamp("2023-02-30T00:00:00Z") < request.time',
    },
    { title: 'an hour 24', expression: 'timestamp("2023-02-28T24:00:00Z") < request.time' },
    {
      title: 'a small letter in an instant',
      expression: 'timestamp("2023-02-28t00:00:00z") < request.time',
    },
    {
      title: 'an instant without a zone',
      expression: 'timestamp("2023-02-28T00:00:00") < request.time',
    },
    {
      title: 'ten digits of a second',
      expression: 'timestamp("2023-02-28T00:00:00.0000000001Z") < request.time',
    },
    {
      title: 'an instant before the year 1',
      expression: 'timestamp("0001-01-01T00:00:00+01:00") < request.time',
    },
    { title: 'a duration in days', expression: 'duration("1d") > duration("1s")' },
    { title: 'a duration without a unit', expression: 'duration("0") < duration("1s")' },
    {
      title: 'a duration of part of a nanosecond',
      expression: 'duration("0.1ns") < duration("1s")',
    },
    { title: 'a duration over 292 years', expression: 'duration("2600000h") > duration("1s")' },
    { title: 'a zone in small letters', expression: 'request.time.getHours("europe/berlin") >= 0' },
    { title: 'a zone that only Node knows', expression: 'request.time.getHours("JST") >= 0' },
    { title: 'an offset over 14 hours', expression: 'request.time.getHours("+15:00") >= 0' },
    { title: 'a name of a method of JavaScript', expression: 'request.time.constructor() == 0' },
    { title: 'a name of a property of JavaScript', expression: 'constructor.name == "Object"' },
    { title: 'a division by zero', expression: '1 / (request.time.getHours() * 0) == 1' },
    { title: 'an order of an instant and a duration', expression: 'request.time < duration("1s")' },
  ];
  it.each(rows)('$title', ({ expression }) => {
    const [from, to] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    expect(intervals(expression, from, to)).toEqual([`${from} unknown`]);
    expect(intervals(`${expression} || true`, from, to)).toEqual([`${from} yes`]);
  });
});
