import { spawnSync } from 'node:child_process';
import { evaluateCondition } from '../../../local/authorization/conditions/condition.ts';

const at = (time: string, expression: string) =>
  evaluateCondition(expression, {
    now: new Date(time),
    tags: [],
    resource: { name: '', type: '', service: '' },
  });

describe('The calendar of a condition', () => {
  it.each([
    { time: '2026-03-29T00:30:00Z', expression: 'request.time.getHours("Europe/Berlin") == 1' },
    { time: '2026-03-29T01:30:00Z', expression: 'request.time.getHours("Europe/Berlin") == 3' },
    { time: '2026-07-01T23:00:00Z', expression: 'request.time.getDate("Europe/Berlin") == 2' },
    { time: '2026-07-01T23:00:00Z', expression: 'request.time.getDayOfMonth() == 0' },
    { time: '2026-11-29T23:00:00Z', expression: 'request.time.getDayOfWeek("+01:00") == 1' },
    { time: '2026-03-01T00:00:00Z', expression: 'request.time.getDayOfYear("-00:30") == 58' },
    { time: '2026-12-31T23:30:00Z', expression: 'request.time.getFullYear("01:00") == 2027' },
    { time: '2026-12-31T23:30:00Z', expression: 'request.time.getMonth("Asia/Tokyo") == 0' },
    { time: '2026-07-01T10:15:42.007Z', expression: 'request.time.getMilliseconds() == 7' },
    { time: '2026-07-01T10:15:42Z', expression: 'request.time.getSeconds("Asia/Kolkata") == 42' },
    { time: '2026-07-01T10:15:42Z', expression: 'request.time.getMinutes("Asia/Kolkata") == 45' },
    { time: '2026-07-01T10:15:42Z', expression: 'duration("3700s").getMinutes() == 61' },
  ])('at $time satisfies $expression', ({ time, expression }) => {
    expect(at(time, expression)).toBe(true);
  });

  it('is that of the condition, although the zone of this machine skips the hour', () => {
    const program = `
      import { evaluateCondition } from './local/authorization/conditions/condition.ts';
      const now = new Date('2026-03-08T02:30:00Z');
      const value = evaluateCondition('request.time.getHours() == 2', { now, tags: [], resource: {} });
      process.stdout.write(String(value));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TZ: 'America/New_York' },
    });
    expect(stdout).toBe('true');
  });
});
