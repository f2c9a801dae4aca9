import { spawnSync } from 'node:child_process';
import {
  everHolds,
  holds,
  partsOf,
  withRefusal,
} from '../../../shared/domain/iam/condition/condition.ts';
import type { Truth } from '../../../shared/domain/iam/three-valued.ts';
import { ENV } from '../../run.ts';

/** A Sunday, noon. */
const now = new Date('2026-11-22T12:00:00Z');
const at = (expression: string) => ({ expression });

describe('the value of a condition, at noon of Sunday 2026-11-22', () => {
  const cases: { title: string; expression: string; value: Truth }[] = [
    {
      title: 'just before its end',
      expression: 'request.time < timestamp("2026-11-22T12:00:00.001Z")',
      value: 'yes',
    },
    {
      title: 'exactly at its end',
      expression: 'request.time < timestamp("2026-11-22T12:00:00Z")',
      value: 'no',
    },
    {
      title: 'exactly at its start, in another zone',
      expression: 'request.time >= timestamp("2026-11-22T13:00:00+01:00")',
      value: 'yes',
    },
    {
      title: 'with a duration added to an instant',
      expression: 'request.time < timestamp("2026-11-22T11:00:00Z") + duration("3601s")',
      value: 'yes',
    },
    { title: 'on the hour in UTC', expression: 'request.time.getHours() == 12', value: 'yes' },
    {
      title: 'on the hour in a named zone',
      expression: 'request.time.getHours("Europe/Berlin") == 13',
      value: 'yes',
    },
    {
      title: 'on the hour and minute at a fixed offset',
      expression:
        'request.time.getHours("+05:30") == 17 && request.time.getMinutes("+05:30") == 30',
      value: 'yes',
    },
    {
      title: 'on the day of the week',
      expression: 'request.time.getDayOfWeek() == 0',
      value: 'yes',
    },
    {
      title: 'on the day of the week in a named zone',
      expression: 'request.time.getDayOfWeek("Asia/Tokyo") == 0',
      value: 'yes',
    },
    {
      title: 'on the month, counted from 0',
      expression: 'request.time.getMonth() == 10',
      value: 'yes',
    },
    {
      title: 'on the day of the month, counted from 0 and from 1',
      expression: 'request.time.getDayOfMonth() == 21 && request.time.getDate() == 22',
      value: 'yes',
    },
    {
      title: 'in a zone that does not exist',
      expression: 'request.time.getHours("Mars/Olympus") == 12',
      value: 'unknown',
    },
    {
      title: 'on a resource name',
      expression: 'resource.name.startsWith("projects/_/buckets/b")',
      value: 'unknown',
    },
    {
      title: 'on a resource type',
      expression: 'resource.type == "iam.googleapis.com/ServiceAccount"',
      value: 'unknown',
    },
    {
      title: 'on an access level',
      expression: '"prod" in request.auth.access_levels',
      value: 'unknown',
    },
    {
      title: 'on an attribute of the API',
      expression: 'api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["a"])',
      value: 'unknown',
    },
    { title: 'on the presence of an attribute', expression: 'has(request.auth)', value: 'unknown' },
    { title: 'on the absence of an attribute', expression: '!has(request.auth)', value: 'unknown' },
    { title: 'with unknown || true', expression: 'resource.type == "x" || true', value: 'yes' },
    { title: 'with true || unknown', expression: 'true || resource.type == "x"', value: 'yes' },
    { title: 'with unknown && false', expression: 'resource.type == "x" && false', value: 'no' },
    { title: 'with false && unknown', expression: 'false && resource.type == "x"', value: 'no' },
    {
      title: 'with unknown || false',
      expression: 'resource.type == "x" || false',
      value: 'unknown',
    },
    { title: 'with unknown && true', expression: 'resource.type == "x" && true', value: 'unknown' },
    {
      title: 'with the negation of an unknown',
      expression: '!(resource.type == "x")',
      value: 'unknown',
    },
    {
      title: 'with an unknown that selects a branch',
      expression: 'resource.type == "x" ? true : true',
      value: 'unknown',
    },
    { title: 'that is not a boolean', expression: '"a string"', value: 'unknown' },
    { title: 'that divides by zero', expression: '1 / 0 == 1', value: 'unknown' },
    { title: 'with a macro', expression: '[1, 2].all(x, x > 0)', value: 'unknown' },
    { title: 'that is empty', expression: '', value: 'unknown' },
    {
      title: 'that is nested too deeply',
      expression: `${'('.repeat(5000)}true${')'.repeat(5000)}`,
      value: 'unknown',
    },
  ];
  it.each(cases)('$title', ({ expression, value }) => {
    expect(holds(at(expression), now)).toBe(value);
  });

  it('is yes if the grant has no condition', () => {
    expect(holds(undefined, now)).toBe('yes');
  });
});

describe('a condition that does not hold now', () => {
  const cases: { title: string; expression: string; ever: Truth }[] = [
    {
      title: 'never holds after its end',
      expression: 'request.time < timestamp("2020-01-01T00:00:00Z")',
      ever: 'no',
    },
    {
      title: 'holds after its start',
      expression: 'request.time > timestamp("2099-01-01T00:00:00Z")',
      ever: 'yes',
    },
    {
      title: 'holds between its start and its end',
      expression:
        'request.time > timestamp("2027-01-01T00:00:00Z") && request.time < timestamp("2027-02-01T00:00:00Z")',
      ever: 'yes',
    },
    {
      title: 'never holds if it ends before it starts',
      expression:
        'request.time > timestamp("2027-01-01T00:00:00Z") && request.time < timestamp("2026-01-01T00:00:00Z")',
      ever: 'no',
    },
    {
      title: 'may hold after its start, if an attribute is unknown too',
      expression: 'request.time > timestamp("2027-01-01T00:00:00Z") && resource.type == "x"',
      ever: 'unknown',
    },
    {
      title: 'may hold at another hour',
      expression: 'request.time.getHours() == 3',
      ever: 'unknown',
    },
    {
      title: 'may hold at an instant that it computes',
      expression: 'request.time > timestamp("2026-11-22T12:00:00Z") + duration("60s")',
      ever: 'unknown',
    },
    { title: 'never holds if it is constant', expression: 'false', ever: 'no' },
  ];
  it.each(cases)('$title', ({ expression, ever }) => {
    expect(holds(at(expression), now)).toBe('no');
    expect(everHolds(at(expression), now)).toBe(ever);
  });
});

describe('a condition that is not evaluated', () => {
  const deep = (open: string, close: string) => `${open.repeat(101)}a${close.repeat(101)}`;
  const END = 'request.time < timestamp("2099-01-01T00:00:00Z")';
  const rows: { title: string; expression: string; why: RegExp }[] = [
    { title: 'over 4 KiB', expression: `true${' '.repeat(4093)}`, why: /longer than 4 KiB/ },
    { title: 'over 4 KiB in bytes', expression: `"${'é'.repeat(2048)}" == ""`, why: /4 KiB/ },
    { title: 'with a macro', expression: '[1].exists(x, x == 1)', why: /a macro/ },
    { title: 'with a macro in a part', expression: `[1].all(x, true) && ${END}`, why: /a macro/ },
    { title: 'with a map', expression: '{1: 2} == {}', why: /a map/ },
    { title: 'with a message', expression: 'A{b: 1} == A{}', why: /a message/ },
    { title: 'with a long sum', expression: `${'1+'.repeat(2000)}1 > 0`, why: /100 levels/ },
    { title: 'with many fields', expression: `a${'.a'.repeat(2000)}`, why: /100 levels/ },
    { title: 'with calls in calls', expression: deep('f(', ')'), why: /100 levels/ },
    { title: 'with lists in lists', expression: deep('[', ']'), why: /100 levels/ },
    {
      title: 'with 51 logical operators',
      expression: `${'a || '.repeat(51)}a`,
      why: /more than 50/,
    },
    {
      title: 'with too many parentheses',
      expression: `${'('.repeat(2000)}`,
      why: /not an expression/,
    },
    { title: 'that is not CEL', expression: 'request.time <', why: /not an expression/ },
  ];
  it.each(rows)('is unknown with the reason: $title', ({ expression, why }) => {
    const condition = at(expression);
    expect(holds(condition, now)).toBe('unknown');
    expect(everHolds(condition, now)).toBe('unknown');
    expect(partsOf(condition, now)).toEqual([]);
    expect(withRefusal('it is unknown', condition)).toMatch(why);
  });

  it('has no reason if it is evaluated, at up to 4 KiB, 100 levels and 50 operators', () => {
    const longest = `true${' '.repeat(4092)}`;
    const deepest = `${'-'.repeat(97)}1 < 1`;
    const widest = `${'a && '.repeat(50)}a || true`.replace('a && ', '');
    for (const expression of [longest, deepest, widest, `"${'é'.repeat(2042)}" != ""`]) {
      expect(withRefusal('it is unknown', at(expression))).toBe('it is unknown');
      expect(holds(at(expression), now)).toBe('yes');
    }
  });

  it('has no value of matches(), but a decided part still decides', () => {
    expect(holds(at('"a".matches("a")'), now)).toBe('unknown');
    expect(holds(at('"a".matches("a") && false'), now)).toBe('no');
  });

  it('may hold later, unknown when, if it names more instants than IAM accepts', () => {
    const year = (n: number) => `timestamp("20${n}-01-01T00:00:00Z")`;
    const years = (count: number) => Array.from({ length: count }, (_, i) => year(30 + i));
    const never = (count: number) =>
      at(
        `request.time in [${years(count).join(',')}] && request.time < timestamp("2000-01-01T00:00:00Z")`,
      );
    expect(everHolds(never(26), now)).toBe('no');
    expect(everHolds(never(27), now)).toBe('unknown');
  });
});

describe('no condition takes longer than 100 ms', () => {
  const fill = (unit: string, before = '', after = '') =>
    before + unit.repeat((4096 - before.length - after.length) / unit.length) + after;
  const nest = (open: string, close: string) =>
    `${open.repeat(4090 / (open + close).length)}a${close.repeat(4090 / (open + close).length)}`;
  const rows: { title: string; expression: string; limit?: number }[] = [
    { title: '40,000 spaces', expression: `true${' '.repeat(40_000)}` },
    { title: 'spaces at the end', expression: fill(' ', 'true'), limit: 10 },
    { title: 'line ends', expression: fill('\n', 'true', '&& true') },
    { title: 'a long sum', expression: fill('1+', '', '1') },
    { title: 'many fields', expression: fill('.a', 'a') },
    { title: 'many alternatives', expression: fill('a||', '', 'a') },
    { title: 'many choices', expression: fill('a?b:', '', 'c') },
    { title: 'many texts', expression: fill('"a"+', '', '"a" == ""') },
    { title: 'a long list', expression: fill('1,', '1 in [', '1]') },
    { title: 'two long lists', expression: `[${'1,'.repeat(999)}1] == [${'1,'.repeat(999)}2]` },
    { title: 'parentheses', expression: nest('(', ')') },
    { title: 'lists in lists', expression: nest('[', ']') },
    { title: 'indices', expression: nest('a[', ']') },
    { title: 'macros in macros', expression: nest('[1,1,1,1].exists(x,', ')') },
    {
      title: 'a pattern',
      expression: `"${'a'.repeat(500)}".matches("${'(.{0,999})'.repeat(300)}x")`,
    },
    {
      title: 'alternatives in a pattern',
      expression: `"${'a'.repeat(2000)}".matches("${'(a|aa)+'.repeat(250)}$")`,
    },
    {
      title: 'time zones',
      expression: fill('request.time.getHours("America/New_York")>24||', '', 'false'),
    },
    {
      title: 'instants',
      expression: fill('timestamp("2099-01-01T00:00:00Z")<request.time&&a||', '', 'false'),
    },
    {
      title: 'instants in a list',
      expression: fill('timestamp("2099-01-01T00:00:00Z"),', 'false && request.time in [', 'a]'),
    },
    { title: 'an open text', expression: fill('a', '"') },
    { title: 'open parentheses', expression: fill('(true || ') },
  ];
  /** Of the processor, because other programs run on this machine too. The smallest of three, because the compiler of V8 runs in the first. */
  const millisecondsOf = (expression: string): number => {
    const once = () => {
      const condition = at(expression);
      const start = process.cpuUsage();
      holds(condition, now);
      everHolds(condition, now);
      partsOf(condition, now);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    return Math.min(once(), once(), once());
  };
  it.each(rows)('$title', ({ expression, limit = 100 }) => {
    expect(millisecondsOf(expression)).toBeLessThan(limit);
  });
});

describe('the parts of a condition', () => {
  it('have a value each', () => {
    const expression =
      'request.time < timestamp("2027-01-01T00:00:00Z") && (resource.type == "x" || !(1 > 2))';
    expect(partsOf(at(expression), now)).toEqual([
      { text: 'request.time < timestamp("2027-01-01T00:00:00Z")', value: 'yes' },
      { text: 'resource.type == "x"', value: 'unknown' },
      { text: '1 > 2', value: 'no' },
    ]);
  });

  it('are none if the expression is not CEL', () => {
    expect(partsOf(at('request.time <'), now)).toEqual([]);
  });
});

describe('the hours in a condition', () => {
  it('are computed in UTC, although the time zone of this machine skips them', () => {
    const program = `
      import { holds } from './shared/domain/iam/condition/condition.ts';
      const condition = { expression: 'request.time.getHours() == 2 && request.time.getDayOfYear() == 66' };
      process.stdout.write(holds(condition, new Date('2026-03-08T02:30:00Z')));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8', env: { ...ENV, TZ: 'America/New_York' } },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('yes');
  });
});
