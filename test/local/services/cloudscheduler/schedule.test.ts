import { parseSchedule } from '../../../../local/services/cloudscheduler/schedule.ts';

describe('A schedule', () => {
  const NOON = '2026-11-22T12:00:00Z';
  it.each([
    { schedule: '* * * * *', after: NOON, next: '2026-11-22T12:01:00Z' },
    { schedule: '* * * * *', after: '2026-11-22T12:00:59.999Z', next: '2026-11-22T12:01:00Z' },
    { schedule: '*/15 * * * *', after: '2026-11-22T12:46:00Z', next: '2026-11-22T13:00:00Z' },
    { schedule: '*/50 * * * *', after: '2026-11-22T12:10:00Z', next: '2026-11-22T12:50:00Z' },
    { schedule: '5,35 9-17 * * mon-fri', after: NOON, next: '2026-11-23T09:05:00Z' },
    { schedule: '0 3 1 jan *', after: NOON, next: '2027-01-01T03:00:00Z' },
    { schedule: '0 0 13 * 5', after: NOON, next: '2026-11-27T00:00:00Z' },
    { schedule: '0 0 * * 7', after: NOON, next: '2026-11-29T00:00:00Z' },
    { schedule: '0 0 29 2 *', after: NOON, next: '2028-02-29T00:00:00Z' },
    {
      schedule: 'every 50 minutes',
      after: '2026-11-22T12:10:30Z',
      next: '2026-11-22T13:00:30Z',
    },
    { schedule: 'every 2 hours', after: NOON, next: '2026-11-22T14:00:00Z' },
  ])('$schedule next runs at $next after $after', ({ schedule, after, next }) => {
    expect(parseSchedule(schedule)?.(new Date(after))).toEqual(new Date(next));
  });

  it.each([
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '* * 0 * *',
    '* * * foo *',
    '0 0 30 2 *',
    'every 0 minutes',
    'every day',
    '',
  ])('"%s" is invalid', (schedule) => {
    expect(parseSchedule(schedule)).toBeUndefined();
  });
});
