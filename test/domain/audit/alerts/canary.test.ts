import { EMPTY_STATE } from '../../../../shared/domain/audit/alerts/alerts.ts';
import { canaryArrival } from '../../../../shared/domain/audit/alerts/canary.ts';
import { claimSteps } from '../../../../shared/domain/audit/alerts/claim.ts';
import { finish } from '../../../../shared/domain/basics/steps.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import { now, report, withGrants } from '../audit-world.ts';

const MINUTE_MS = 60_000;
const reportAfter = (minutes: number) =>
  report(withGrants(READER_POLICY), {}, new Date(now.getTime() + minutes * MINUTE_MS));
const claim = (state: typeof EMPTY_STATE, minutes: number, movesCanary: boolean) => {
  const at = new Date(now.getTime() + minutes * MINUTE_MS);
  return finish(
    claimSteps(state, reportAfter(minutes), { id: `${minutes}`, now: at, movesCanary }),
  );
};
const events = ({ news }: ReturnType<typeof claim>) =>
  news.flatMap(({ event, finding }) => (finding.kind === 'canary' ? [event] : []));
const isOpen = ({ state }: ReturnType<typeof claim>) =>
  state.open.some(({ kind }) => kind === 'canary');

describe('the canary', () => {
  it('opens and closes with whole audits, and no other audit moves it', () => {
    const first = claim(EMPTY_STATE, 0, true);
    expect([events(first), isOpen(first)]).toEqual([['opened'], true]);
    const part = claim(first.state, 1, false);
    expect([events(part), isOpen(part)]).toEqual([[], true]);
    const second = claim(part.state, 15, true);
    expect([events(second), isOpen(second)]).toEqual([['closed'], false]);
    const third = claim(second.state, 30, true);
    expect([events(third), isOpen(third)]).toEqual([['opened'], true]);
  });

  it('does not move with a report that is older than the state', () => {
    const first = claim(EMPTY_STATE, 10, true);
    const older = claim(first.state, 5, true);
    expect([events(older), isOpen(older)]).toEqual([[], true]);
  });

  it('is info, so that nobody has to act', () => {
    const [alert] = claim(EMPTY_STATE, 0, true).news.filter(
      ({ finding }) => finding.kind === 'canary',
    );
    expect(alert?.finding).toMatchObject({ severity: 'info', chains: [], fingerprint: 'canary' });
  });

  it.each([
    { what: 'the canary', kind: 'canary', minutesAgo: 1, expected: 60 },
    { what: 'a canary of nine minutes ago', kind: 'canary', minutesAgo: 9, expected: 540 },
    { what: 'a canary of a clock that is ahead', kind: 'canary', minutesAgo: -2, expected: 0 },
    { what: 'a canary of an hour ago', kind: 'canary', minutesAgo: 60, expected: undefined },
    { what: 'a canary of the future', kind: 'canary', minutesAgo: -60, expected: undefined },
    {
      what: 'an old canary that is published again',
      kind: 'canary',
      minutesAgo: 1,
      reportMinutesAgo: 60,
      expected: undefined,
    },
    { what: 'a canary without a time', kind: 'canary', expected: undefined },
    { what: 'another finding', kind: 'public', minutesAgo: 1, expected: undefined },
  ])(
    'has arrived with $what after $expected seconds',
    ({ kind, minutesAgo, reportMinutesAgo = minutesAgo ?? 0, expected }) => {
      const ago = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS);
      const publishedAt = minutesAgo === undefined ? undefined : ago(minutesAgo);
      const attributes = { kind, reportAt: ago(reportMinutesAgo).toISOString() };
      expect(canaryArrival({ attributes, publishedAt }, now)?.delaySeconds).toBe(expected);
    },
  );

  it('arrives although the clock of an earlier report was hours ahead', () => {
    const reportAt = new Date(now.getTime() + 360 * MINUTE_MS).toISOString();
    const { news } = claim({ ...EMPTY_STATE, reportAt, saidAt: reportAt }, 0, true);
    const [canary] = news.filter(({ finding }) => finding.kind === 'canary');
    const attributes = { kind: 'canary', reportAt: canary?.reportAt ?? '' };
    expect(Date.parse(attributes.reportAt)).toBeGreaterThan(Date.parse(reportAt));
    expect(canaryArrival({ attributes, publishedAt: now }, now)).toEqual({
      reportAt: attributes.reportAt,
      delaySeconds: 0,
    });
  });
});
