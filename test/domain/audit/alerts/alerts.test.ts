import type { AlertState } from '../../../../shared/domain/audit/alerts/alert-state.ts';
import { alertsOf, allOpen, EMPTY_STATE } from '../../../../shared/domain/audit/alerts/alerts.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import { chain, grant, now, type Parts, report, withGrants } from '../audit-world.ts';

const HOUR = 3_600_000;
const clean: Parts = withGrants(READER_POLICY);
const drifted: Parts = withGrants(READER_POLICY, grant('user:eve@acme.com'));
const at = (parts: Parts, hours: number): Report =>
  report(parts, {}, new Date(now.getTime() + hours * HOUR));

/** The alerts after each of several reports. */
const alertsAfter = (...reports: Report[]): string[][] => {
  let state: AlertState = EMPTY_STATE;
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

describe('the alerts after each report', () => {
  const cases: { title: string; reports: Report[]; expected: string[][] }[] = [
    {
      title: 'are none if there is no finding',
      reports: [at(clean, 0), at(clean, 1)],
      expected: [[], []],
    },
    {
      title: 'report once that a finding opens, and once that it closes',
      reports: [at(drifted, 0), at(drifted, 1), at(clean, 2), at(clean, 3)],
      expected: [[OPENED], [], [CLOSED], []],
    },
    {
      title: 'report a finding that opens again',
      reports: [at(drifted, 0), at(clean, 1), at(drifted, 2)],
      expected: [[OPENED], [CLOSED], [OPENED]],
    },
    {
      title: 'repeat a finding that is still open a day after the last alert',
      reports: [at(drifted, 0), at(drifted, 22), at(drifted, 24), at(drifted, 25), at(drifted, 48)],
      expected: [[OPENED], [], [STILL], [], [STILL]],
    },
    {
      title: 'are none if the report is older than the last',
      reports: [at(drifted, 1), at(clean, 0), at(drifted, 2)],
      expected: [[OPENED], [], []],
    },
    {
      title: 'do not report an info finding',
      reports: [at(withGrants('projects/acme-ops', grant('user:ada@acme.com', 'roles/owner')), 0)],
      expected: [[]],
    },
    {
      title: 'do not close a finding whose policy was not read this time',
      reports: [
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
      expected: [[OPENED], [], [CLOSED]],
    },
    {
      title: 'close a finding whose policy was read, although another resource was not',
      reports: [
        at(drifted, 0),
        at({ ...clean, unread: [{ resource: 'folders/82', reason: 'x' }] }, 1),
      ],
      expected: [[OPENED], [CLOSED]],
    },
  ];
  it.each(cases)('$title', ({ reports, expected }) => {
    expect(alertsAfter(...reports)).toEqual(expected);
  });

  it('do not close a missing hop that has become unknown', () => {
    const missing: Parts = { bindings: { ...clean.bindings, [READER_POLICY]: [] } };
    const blind: Parts = {
      ...missing,
      unreadPolicies: ['folders/82'],
      unread: [{ resource: 'folders/82', reason: 'x' }],
    };
    expect(alertsAfter(at(missing, 0), at(blind, 1), at(clean, 2))).toEqual([
      ['opened hop-missing'],
      [],
      ['closed hop-missing'],
    ]);
  });

  it('name the line of the chain that a finding is about, and where it is now', () => {
    const missing: Parts = { bindings: { ...clean.bindings, [READER_POLICY]: [] } };
    const movedTo = (line: number, hours: number) =>
      report(
        missing,
        { chains: [{ ...chain, source: { path: 'chains.yaml', line } }] },
        new Date(now.getTime() + hours * HOUR),
      );
    const { open } = alertsOf(EMPTY_STATE, movedTo(12, 0));
    expect(open).toMatchObject([{ kind: 'hop-missing', source: 'chains.yaml:12' }]);
    const later = { ...EMPTY_STATE, open };
    expect(alertsOf(later, movedTo(13, 1)).open).toMatchObject([{ source: 'chains.yaml:13' }]);
  });

  it('name no line if the finding is not about one chain', () => {
    const source = { path: 'chains.yaml', line: 12 };
    const alerts = allOpen(report(drifted, { chains: [{ ...chain, source }] }));
    expect(alerts.map(({ finding }) => [finding.kind, finding.source])).toEqual([
      ['unexpected-impersonator', undefined],
    ]);
  });

  it('report all open findings every time if no state is stored', () => {
    const alerts = allOpen(at(drifted, 0));
    expect(alerts.map(({ event, finding }) => `${event} ${finding.kind}`)).toEqual([STILL]);
  });
});
