import { spawnSync } from 'node:child_process';
import { everHolds, holds, partsOf } from '../../../shared/domain/iam/condition.ts';
import type { Truth } from '../../../shared/domain/iam/three-valued.ts';
import { ENV } from '../../run.ts';

/** A Sunday, noon. */
const now = new Date('2026-11-22T12:00:00Z');
const at = (expression: string) => ({ expression });

describe('the value of a condition, at noon of Sunday 2026-11-22', () => {
  const cases: [title: string, expression: string, value: Truth][] = [
    ['just before its end', 'request.time < timestamp("2026-11-22T12:00:00.001Z")', 'yes'],
    ['exactly at its end', 'request.time < timestamp("2026-11-22T12:00:00Z")', 'no'],
    [
      'exactly at its start, in another zone',
      'request.time >= timestamp("2026-11-22T13:00:00+01:00")',
      'yes',
    ],
    [
      'with a duration added to an instant',
      'request.time < timestamp("2026-11-22T11:00:00Z") + duration("3601s")',
      'yes',
    ],
    ['on the hour in UTC', 'request.time.getHours() == 12', 'yes'],
    ['on the hour in a named zone', 'request.time.getHours("Europe/Berlin") == 13', 'yes'],
    [
      'on the hour and minute at a fixed offset',
      'request.time.getHours("+05:30") == 17 && request.time.getMinutes("+05:30") == 30',
      'yes',
    ],
    ['on the day of the week', 'request.time.getDayOfWeek() == 0', 'yes'],
    [
      'on the day of the week in a named zone',
      'request.time.getDayOfWeek("Asia/Tokyo") == 0',
      'yes',
    ],
    ['on the month, counted from 0', 'request.time.getMonth() == 10', 'yes'],
    [
      'on the day of the month, counted from 0 and from 1',
      'request.time.getDayOfMonth() == 21 && request.time.getDate() == 22',
      'yes',
    ],
    ['in a zone that does not exist', 'request.time.getHours("Mars/Olympus") == 12', 'unknown'],
    ['on a resource name', 'resource.name.startsWith("projects/_/buckets/b")', 'unknown'],
    ['on a resource type', 'resource.type == "iam.googleapis.com/ServiceAccount"', 'unknown'],
    ['on an access level', '"prod" in request.auth.access_levels', 'unknown'],
    [
      'on an attribute of the API',
      'api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["a"])',
      'unknown',
    ],
    ['on the presence of an attribute', 'has(request.auth)', 'unknown'],
    ['on the absence of an attribute', '!has(request.auth)', 'unknown'],
    ['with unknown || true', 'resource.type == "x" || true', 'yes'],
    ['with true || unknown', 'true || resource.type == "x"', 'yes'],
    ['with unknown && false', 'resource.type == "x" && false', 'no'],
    ['with false && unknown', 'false && resource.type == "x"', 'no'],
    ['with unknown || false', 'resource.type == "x" || false', 'unknown'],
    ['with unknown && true', 'resource.type == "x" && true', 'unknown'],
    ['with the negation of an unknown', '!(resource.type == "x")', 'unknown'],
    ['with an unknown that selects a branch', 'resource.type == "x" ? true : true', 'unknown'],
    ['that is not a boolean', '"a string"', 'unknown'],
    ['that divides by zero', '1 / 0 == 1', 'unknown'],
    ['with a macro', '[1, 2].all(x, x > 0)', 'unknown'],
    ['that is empty', '', 'unknown'],
    ['that is nested too deeply', `${'('.repeat(5000)}true${')'.repeat(5000)}`, 'unknown'],
  ];
  it.each(cases)('%s', (_title, expression, value) => {
    expect(holds(at(expression), now)).toBe(value);
  });

  it('is yes if the grant has no condition', () => {
    expect(holds(undefined, now)).toBe('yes');
  });
});

describe('a condition that does not hold now', () => {
  const cases: [title: string, expression: string, ever: Truth][] = [
    ['never holds after its end', 'request.time < timestamp("2020-01-01T00:00:00Z")', 'no'],
    ['holds after its start', 'request.time > timestamp("2099-01-01T00:00:00Z")', 'yes'],
    [
      'holds between its start and its end',
      'request.time > timestamp("2027-01-01T00:00:00Z") && request.time < timestamp("2027-02-01T00:00:00Z")',
      'yes',
    ],
    [
      'never holds if it ends before it starts',
      'request.time > timestamp("2027-01-01T00:00:00Z") && request.time < timestamp("2026-01-01T00:00:00Z")',
      'no',
    ],
    [
      'may hold after its start, if an attribute is unknown too',
      'request.time > timestamp("2027-01-01T00:00:00Z") && resource.type == "x"',
      'unknown',
    ],
    ['may hold at another hour', 'request.time.getHours() == 3', 'unknown'],
    [
      'may hold at an instant that it computes',
      'request.time > timestamp("2026-11-22T12:00:00Z") + duration("60s")',
      'unknown',
    ],
    ['never holds if it is constant', 'false', 'no'],
  ];
  it.each(cases)('%s', (_title, expression, ever) => {
    expect(holds(at(expression), now)).toBe('no');
    expect(everHolds(at(expression), now)).toBe(ever);
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
      import { holds } from './shared/domain/iam/condition.ts';
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
