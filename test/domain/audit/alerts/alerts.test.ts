import {
  type AlertState,
  alertsOf,
  allOpen,
  NO_ALERTS,
} from '../../../../shared/domain/audit/alerts/alerts.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import { grant, now, type Parts, report, withGrants } from '../audited.ts';

const HOUR = 3_600_000;
const clean: Parts = withGrants(READER_POLICY);
const drifted: Parts = withGrants(READER_POLICY, grant('user:eve@acme.com'));
const at = (parts: Parts, hours: number): Report =>
  report(parts, {}, new Date(now.getTime() + hours * HOUR));

/** What each report in a row tells. */
const told = (...reports: Report[]): string[][] => {
  let state: AlertState = NO_ALERTS;
  return reports.map((one) => {
    const { alerts, open } = alertsOf(state, one);
    const reportAt = [state.reportAt, one.generatedAt].sort().at(-1) ?? '';
    state = { ...state, reportAt, open };
    return alerts.map(({ event, finding }) => `${event} ${finding.kind}`);
  });
};
const OPENED = 'opened unexpected-impersonator';
const CLOSED = 'closed unexpected-impersonator';
const STILL = 'open unexpected-impersonator';

describe('what is told after each report', () => {
  const cases: [title: string, reports: Report[], told: string[][]][] = [
    ['is nothing where nothing is wrong', [at(clean, 0), at(clean, 1)], [[], []]],
    [
      'is a finding that opens, once, and that it closes, once',
      [at(drifted, 0), at(drifted, 1), at(clean, 2), at(clean, 3)],
      [[OPENED], [], [CLOSED], []],
    ],
    [
      'is a finding that opens again',
      [at(drifted, 0), at(clean, 1), at(drifted, 2)],
      [[OPENED], [CLOSED], [OPENED]],
    ],
    [
      'is one that is open still, a day after it was told',
      [at(drifted, 0), at(drifted, 22), at(drifted, 24), at(drifted, 25), at(drifted, 48)],
      [[OPENED], [], [STILL], [], [STILL]],
    ],
    [
      'is nothing by a report that is older than the last',
      [at(drifted, 1), at(clean, 0), at(drifted, 2)],
      [[OPENED], [], []],
    ],
    [
      'is nothing of what does not count',
      [at(withGrants('projects/acme-ops', grant('user:ada@acme.com', 'roles/owner')), 0)],
      [[]],
    ],
    [
      'is not that a finding closes whose policy was not read this time',
      [
        at(drifted, 0),
        at(
          {
            ...clean,
            unreadPolicies: [READER_POLICY],
            unread: [{ resource: READER_POLICY, reason: 'x' }],
          },
          1,
        ),
        at(clean, 2),
      ],
      [[OPENED], [], [CLOSED]],
    ],
    [
      'is that a finding closes whose policy was read, whatever else was not',
      [at(drifted, 0), at({ ...clean, unread: [{ resource: 'folders/82', reason: 'x' }] }, 1)],
      [[OPENED], [CLOSED]],
    ],
  ];
  it.each(cases)('%s', (_title, reports, expected) => {
    expect(told(...reports)).toEqual(expected);
  });

  it('is not that a hop is mended that cannot be decided any more', () => {
    const missing: Parts = { bindings: { ...clean.bindings, [READER_POLICY]: [] } };
    const blind: Parts = {
      ...missing,
      unreadPolicies: ['folders/82'],
      unread: [{ resource: 'folders/82', reason: 'x' }],
    };
    expect(told(at(missing, 0), at(blind, 1), at(clean, 2))).toEqual([
      ['opened hop-missing'],
      [],
      ['closed hop-missing'],
    ]);
  });

  it('is all that is open, every time, where nothing is kept', () => {
    const alerts = allOpen(at(drifted, 0));
    expect(alerts.map(({ event, finding }) => `${event} ${finding.kind}`)).toEqual([STILL]);
  });
});
