import { spawnSync } from 'node:child_process';
import { everHolds, holds, partsOf } from '../../../shared/domain/iam/condition.ts';
import type { Truth } from '../../../shared/domain/iam/three-valued.ts';

/** A Sunday, noon. */
const now = new Date('2026-11-22T12:00:00Z');
const at = (expression: string) => ({ expression });

describe('a condition, at noon of Sunday 2026-11-22', () => {
  const cases: [expression: string, value: Truth][] = [
    ['request.time < timestamp("2026-11-22T12:00:00.001Z")', 'yes'],
    ['request.time < timestamp("2026-11-22T12:00:00Z")', 'no'],
    ['request.time >= timestamp("2026-11-22T13:00:00+01:00")', 'yes'],
    ['request.time < timestamp("2026-11-22T11:00:00Z") + duration("3601s")', 'yes'],
    ['request.time.getHours() == 12', 'yes'],
    ['request.time.getHours("Europe/Berlin") == 13', 'yes'],
    ['request.time.getHours("+05:30") == 17 && request.time.getMinutes("+05:30") == 30', 'yes'],
    ['request.time.getDayOfWeek() == 0', 'yes'],
    ['request.time.getDayOfWeek("Asia/Tokyo") == 0', 'yes'],
    ['request.time.getMonth() == 10', 'yes'],
    ['request.time.getDayOfMonth() == 21 && request.time.getDate() == 22', 'yes'],
    ['request.time.getHours("Mars/Olympus") == 12', 'unknown'],
    ['resource.name.startsWith("projects/_/buckets/b")', 'unknown'],
    ['resource.type == "iam.googleapis.com/ServiceAccount"', 'unknown'],
    ['"prod" in request.auth.access_levels', 'unknown'],
    ['api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["a"])', 'unknown'],
    ['has(request.auth)', 'unknown'],
    ['!has(request.auth)', 'unknown'],
    ['resource.type == "x" || true', 'yes'],
    ['true || resource.type == "x"', 'yes'],
    ['resource.type == "x" && false', 'no'],
    ['false && resource.type == "x"', 'no'],
    ['resource.type == "x" || false', 'unknown'],
    ['resource.type == "x" && true', 'unknown'],
    ['!(resource.type == "x")', 'unknown'],
    ['resource.type == "x" ? true : true', 'unknown'],
    ['"a string"', 'unknown'],
    ['1 / 0 == 1', 'unknown'],
    ['[1, 2].all(x, x > 0)', 'unknown'],
    ['', 'unknown'],
    [`${'('.repeat(5000)}true${')'.repeat(5000)}`, 'unknown'],
  ];
  it.each(cases)('%.90s is %s', (expression, value) => {
    expect(holds(at(expression), now)).toBe(value);
  });

  it('holds where there is none', () => {
    expect(holds(undefined, now)).toBe('yes');
  });
});

describe('a condition that is false now', () => {
  const cases: [expression: string, ever: Truth][] = [
    ['request.time < timestamp("2020-01-01T00:00:00Z")', 'no'],
    ['request.time > timestamp("2099-01-01T00:00:00Z")', 'yes'],
    [
      'request.time > timestamp("2027-01-01T00:00:00Z") && request.time < timestamp("2027-02-01T00:00:00Z")',
      'yes',
    ],
    [
      'request.time > timestamp("2027-01-01T00:00:00Z") && request.time < timestamp("2026-01-01T00:00:00Z")',
      'no',
    ],
    ['request.time > timestamp("2027-01-01T00:00:00Z") && resource.type == "x"', 'unknown'],
    ['request.time.getHours() == 3', 'unknown'],
    ['request.time > timestamp("2026-11-22T12:00:00Z") + duration("60s")', 'unknown'],
    ['false', 'no'],
  ];
  it.each(cases)('%s: ever again %s', (expression, ever) => {
    expect(holds(at(expression), now)).toBe('no');
    expect(everHolds(at(expression), now)).toBe(ever);
  });
});

describe('the parts of a condition', () => {
  it('each have their own value', () => {
    const expression =
      'request.time < timestamp("2027-01-01T00:00:00Z") && (resource.type == "x" || !(1 > 2))';
    expect(partsOf(at(expression), now)).toEqual([
      { text: 'request.time < timestamp("2027-01-01T00:00:00Z")', value: 'yes' },
      { text: 'resource.type == "x"', value: 'unknown' },
      { text: '1 > 2', value: 'no' },
    ]);
  });

  it('are none where it is not CEL', () => {
    expect(partsOf(at('request.time <'), now)).toEqual([]);
  });
});

describe('the hours of a condition', () => {
  it("are Google's, though the host's own clock skips them", () => {
    const program = `
      import { holds } from './shared/domain/iam/condition.ts';
      const condition = { expression: 'request.time.getHours() == 2 && request.time.getDayOfYear() == 66' };
      process.stdout.write(holds(condition, new Date('2026-03-08T02:30:00Z')));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8', env: { TZ: 'America/New_York' } },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('yes');
  });
});
