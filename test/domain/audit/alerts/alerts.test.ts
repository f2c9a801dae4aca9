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

  describe('when the members of a binding change', () => {
    const by = (...members: string[]): Parts =>
      withGrants(READER_POLICY, { ...grant(''), members });
    const crowd = Array.from({ length: 1200 }, (_, i) => `user:u${i}@acme.com`);
    const cases: { title: string; before: Parts; after: Parts; expected: object[] }[] = [
      {
        title: 'report a member that joins one that is known',
        before: by('user:ada@acme.com'),
        after: by('user:ada@acme.com', 'user:eve@acme.com'),
        expected: [{ event: 'opened', newMembers: ['user:eve@acme.com'] }],
      },
      {
        title: 'report a member that replaces another one',
        before: by('user:ada@acme.com'),
        after: by('user:eve@acme.com'),
        expected: [{ event: 'opened', newMembers: ['user:eve@acme.com'] }],
      },
      {
        title: 'report a member that joins 1,200 others',
        before: by(...crowd),
        after: by(...crowd, 'user:zoe@acme.com'),
        expected: [{ event: 'opened', newMembers: ['user:zoe@acme.com'] }],
      },
      {
        title: 'are none if the members are listed in another order',
        before: by(...crowd),
        after: by(...crowd.toReversed()),
        expected: [],
      },
      {
        title: 'are none if a member leaves',
        before: by('user:ada@acme.com', 'user:eve@acme.com'),
        after: by('user:ada@acme.com'),
        expected: [],
      },
    ];
    it.each(cases)('$title', ({ before, after, expected }) => {
      const { open } = alertsOf(EMPTY_STATE, at(before, 0));
      const later = alertsOf({ ...EMPTY_STATE, open }, at(after, 1));
      expect(
        later.alerts.map(({ event, newMembers }) => ({ event, ...(newMembers && { newMembers }) })),
      ).toEqual(expected);
      expect(alertsOf({ ...EMPTY_STATE, open: later.open }, at(after, 2)).alerts).toEqual([]);
    });

    it('report a member that comes back', () => {
      const [both, ada] = [by('user:ada@acme.com', 'user:eve@acme.com'), by('user:ada@acme.com')];
      expect(alertsAfter(at(both, 0), at(ada, 1), at(both, 2))).toEqual([[OPENED], [], [OPENED]]);
    });

    it('keep a state of less than 40 KB for 1,200 members', () => {
      const { open } = alertsOf(EMPTY_STATE, at(by(...crowd), 0));
      expect(JSON.stringify(open).length).toBeLessThan(40_000);
    });
  });

  it('report again a finding that has become more severe, and not one that has become less severe', () => {
    const role = 'projects/acme-data/roles/x';
    const with_ = (hours: number, ...permissions: string[]) =>
      at(
        {
          bindings: {
            ...withGrants(READER_POLICY, grant('user:eve@acme.com', role)).bindings,
            'projects/acme-data': [grant('user:eve@acme.com', 'roles/metadata')],
          },
          // Whether an instance runs as the account is unknown.
          unreadWorkloads: ['projects/acme-data/instances'],
          roles: [
            { name: role, state: 'live', permissions: new Set(permissions) },
            {
              name: 'roles/metadata',
              state: 'live',
              permissions: new Set(['compute.instances.setMetadata']),
            },
          ],
        },
        hours,
      );
    const actAs = 'iam.serviceAccounts.actAs';
    const keys = 'iam.serviceAccountKeys.create';
    const { open } = alertsOf(EMPTY_STATE, with_(0, actAs));
    expect(alertsOf({ ...EMPTY_STATE, open }, with_(1, actAs, keys)).alerts).toMatchObject([
      { event: 'opened', severityBefore: 'medium', finding: { severity: 'high' } },
    ]);
    expect(alertsAfter(with_(0, actAs, keys), with_(1, actAs))).toEqual([
      ['opened escalation'],
      [],
    ]);
  });

  it('report another key of an account, also if it replaces one', () => {
    const keyed = (hours: number, ...keys: string[]) =>
      at({ ...clean, userKeys: { [READER_POLICY]: keys } }, hours);
    const { open } = alertsOf(EMPTY_STATE, keyed(0, 'aa', 'bb'));
    const alertsWith = (...keys: string[]) =>
      alertsOf({ ...EMPTY_STATE, open }, keyed(1, ...keys)).alerts;
    expect(alertsWith('aa', 'bb', 'cc')).toMatchObject([{ event: 'opened', newKeys: ['cc'] }]);
    expect(alertsWith('aa', 'cc')).toMatchObject([{ event: 'opened', newKeys: ['cc'] }]);
    expect(alertsWith('bb')).toEqual([]);
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
