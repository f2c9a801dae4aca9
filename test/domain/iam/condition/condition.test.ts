import { spawnSync } from 'node:child_process';
import { everHolds, holds, partsOf } from '../../../../shared/domain/iam/condition/condition.ts';
import type { Truth } from '../../../../shared/domain/iam/three-valued.ts';
import { ENV } from '../../../run.ts';

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
      title: 'holds at another hour',
      expression: 'request.time.getHours() == 3',
      ever: 'yes',
    },
    {
      title: 'holds on the next 29th of February',
      expression:
        'request.time.getMonth("Asia/Kolkata") == 1 && request.time.getDate("Asia/Kolkata") == 29',
      ever: 'yes',
    },
    {
      title: 'never holds at an hour that no day has',
      expression: 'request.time.getHours() == 24',
      ever: 'no',
    },
    {
      title: 'holds at an instant that it computes',
      expression: 'request.time > timestamp("2026-11-22T12:00:00Z") + duration("60s")',
      ever: 'yes',
    },
    { title: 'never holds if it is constant', expression: 'false', ever: 'no' },
  ];
  it.each(cases)('$title', ({ expression, ever }) => {
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
