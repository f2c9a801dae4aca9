import {
  everHolds,
  holds,
  intervalsOf,
  NOTHING,
  partsOf,
  withRefusal,
} from '../../../../shared/domain/iam/condition/condition.ts';
import { nanosOf } from '../../../../shared/domain/iam/condition/literal.ts';

/** A Sunday, noon. */
const now = new Date('2026-11-22T12:00:00Z');

const inTwoWeeks = new Date('2026-12-06T12:00:00Z');

const at = (expression: string) => ({ expression });

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
      title: 'with 51 choices',
      expression: `[${Array(51).fill('a ? b : c').join()}] == []`,
      why: /more than 50/,
    },
    {
      title: 'with too many parentheses',
      expression: `${'('.repeat(2000)}`,
      why: /not an expression/,
    },
    { title: 'with a comment', expression: 'true // && false', why: /a comment/ },
    { title: 'with a comment after a text', expression: `"a'//" == r"\\" // '"`, why: /a comment/ },
    {
      title: 'with a comment after a long text',
      expression: `"""a"//'""" == '''\\'''''' //`,
      why: /a comment/,
    },
    { title: 'with 65 spaces', expression: `true${' '.repeat(65)}&& a`, why: /more than 64/ },
    {
      title: 'with 68 kinds of space',
      expression: `true${' \t\n\f'.repeat(17)}&& a`,
      why: /more than 64/,
    },
    { title: 'with a carriage return', expression: 'true\r&& true', why: /a carriage return/ },
    { title: 'with one at its end', expression: 'true\r\n', why: /a carriage return/ },
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
    const spaces = `true${' '.repeat(64)}&&"${' '.repeat(65)}//" != r'''${'\n'.repeat(65)}\\'''`;
    for (const expression of [spaces, longest, deepest, widest, `"${'é'.repeat(2042)}" != ""`]) {
      expect(withRefusal('it is unknown', at(expression))).toBe('it is unknown');
      expect(holds(at(expression), now)).toBe('yes');
    }
  });

  it('has no value of matches(), but a decided part still decides', () => {
    expect(holds(at('"a".matches("a")'), now)).toBe('unknown');
    expect(holds(at('"a".matches("a") && false'), now)).toBe('no');
  });

  it('is evaluated with a carriage return in a text', () => {
    expect(holds(at(`"""a\rb""" != ''`), now)).toBe('yes');
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
    { title: 'tabs inside', expression: fill('\t', "'a'", "'b'"), limit: 10 },
    { title: 'carriage returns inside', expression: fill('\r', "'a'", "'b'"), limit: 10 },
    { title: 'form feeds inside', expression: fill('\f', "'a'", "'b'"), limit: 10 },
    { title: 'lines inside', expression: fill(' \n', "'true'", '!'), limit: 10 },
    { title: 'spaces after an open quote', expression: fill(' ', '"'), limit: 10 },
    { title: 'spaces in a text', expression: fill(' ', '"', '" == "a"') },
    { title: 'line ends in a text', expression: fill('\n', '"""', '"""=="a"') },
    { title: 'runs of spaces', expression: fill(`true${' '.repeat(64)}\u0026\u0026`, '', 'true') },
    { title: 'runs of line ends', expression: fill(`${'\n'.repeat(64)}-`, '', '1 < 1') },
    { title: 'runs of spaces in a list', expression: fill(`1${' \n'.repeat(32)},`, '[', '1]==[]') },
    { title: 'runs of spaces, and an error', expression: fill(`a${'\t'.repeat(64)}.`, '', '!') },
    { title: 'a long sum', expression: fill('1+', '', '1') },
    { title: 'many fields', expression: fill('.a', 'a') },
    { title: 'many alternatives', expression: fill('a||', '', 'a'), limit: 10 },
    { title: 'many choices', expression: fill('a?b:', '', 'c'), limit: 10 },
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
    {
      title: 'milliseconds',
      expression: fill('request.time.getMilliseconds()==7&&a||', '', 'false'),
    },
    {
      title: 'days that do not exist',
      expression: fill(
        'request.time.getMonth("+01:00")*31+request.time.getDate()==62&&a||',
        '',
        'false',
      ),
    },
    {
      title: 'parts that are unknown',
      expression: fill('a.b==c||a.b!=c&&d.e||!d.e&&f||g&&!f||', '', 'g'),
    },
    { title: 'an open text', expression: fill('a', '"') },
    { title: 'open parentheses', expression: fill('(true || ') },
  ];
  /** Of the processor, because other programs run on this machine too. The smallest of three, because the compiler of V8 runs in the first. */
  const millisecondsOf = (expression: string): number => {
    const once = () => {
      // The cache of expressions holds a million characters, so this one replaces all others.
      holds(at('a'.repeat(1_000_000)), now);
      const condition = at(expression);
      const start = process.cpuUsage();
      holds(condition, now);
      everHolds(condition, now);
      intervalsOf(condition, NOTHING, nanosOf(now), nanosOf(inTwoWeeks));
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
