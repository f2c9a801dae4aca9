import {
  type AlertState,
  alertStateReader,
  alertStateText,
  type OpenFinding,
  type StoredAlerts,
} from '../../../../shared/domain/audit/alerts/alert-state.ts';
import { EMPTY_STATE } from '../../../../shared/domain/audit/alerts/alerts.ts';
import { finish, type Steps } from '../../../../shared/domain/basics/steps.ts';

const findingOf = (i: number): OpenFinding => ({
  kind: 'unexpected-impersonator',
  severity: 'high',
  chains: ['billing'],
  account: 'reader@acme-data.iam.gserviceaccount.com',
  members: Array.from({ length: 6 }, (_, n) => `user:é${n}-${i}@example-company.com`),
  memberCount: 6,
  fingerprint: String(i).padStart(64, '0'),
  summary: `six people can mint\n${i}`,
  resource: 'organizations/91',
  role: 'roles/iam.serviceAccountTokenCreator',
  openedAt: '2026-11-22T12:00:00.000Z',
  alertedAt: '2026-11-22T12:00:00.000Z',
  memberDigests: Array.from({ length: 6 }, (_, n) => `${n}`.padStart(24, '0')),
  restsOn: ['01234567', '89abcdef'],
});

const stateOf = (findings: number): AlertState => {
  const open = Array.from({ length: findings }, (_, i) => findingOf(i));
  const alerts = open.map(({ memberDigests: _, restsOn: __, ...finding }) => ({
    event: 'opened' as const,
    reportAt: '2026-11-22T12:00:00.000Z',
    finding,
    newMembers: ['user:eve@acme.com'],
  }));
  const until = '2026-11-22T12:02:00.000Z';
  const [first = [], second = []] = [alerts.slice(0, 2), alerts.slice(2)];
  return {
    reportAt: '2026-11-22T12:00:00.000Z',
    saidAt: '2026-11-22T12:00:00.001Z',
    decidedBy: 'two',
    open,
    pending: [
      { id: 'one', until, alerts: first },
      { id: 'two', until, alerts: second },
    ].filter((pending) => pending.alerts.length > 0),
    administrators: { 'projects/acme-ops': ['user:ada@acme.com'], 'folders/81': [] },
  };
};

const read = (text: string, length = 1000): StoredAlerts => {
  const { take, end } = alertStateReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) take(bytes.subarray(at, at + length));
  return end();
};

/** Of this thread: not of the threads on which V8 compiles and collects garbage. */
const processorMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

describe('the stored state of alerts', () => {
  it('is read as it was written, however its bytes arrive', () => {
    const state = stateOf(5);
    const text = finish(alertStateText(state));
    for (const length of [1, 7, 1000, 1_000_000])
      expect(read(text, length)).toEqual({ state, lost: 0 });
    expect(read(finish(alertStateText(stateOf(0))))).toEqual({ state: stateOf(0), lost: 0 });
  });

  const text = finish(alertStateText(stateOf(3)));
  const lines = text.split('\n');
  const whole = stateOf(3);
  const { open, pending } = whole;
  const without = (...left: Partial<AlertState>[]) =>
    Object.assign({}, whole, ...left) as AlertState;
  const nothing = EMPTY_STATE;
  it.each([
    { title: 'nothing', text: '', lost: 1, state: nothing },
    { title: 'one JSON object', text: JSON.stringify(whole), lost: 1, state: nothing },
    {
      title: 'another version',
      text: text.replace('"version":1', '"version":2'),
      lost: 1,
      state: without({ reportAt: '', saidAt: '', decidedBy: '' }),
    },
    {
      title: 'a state without a line',
      text: lines.filter((_, i) => i !== 3).join('\n'),
      lost: 1,
      state: without({ open: open.slice(1) }),
    },
    { title: 'a state without the last line end', text: text.slice(0, -1), lost: 0, state: whole },
    {
      title: 'a finding with an unknown word',
      text: text.replace('"severity":"high"', '"severity":"dire"'),
      lost: 1,
      state: without({ open: open.slice(1) }),
    },
    {
      title: 'a line of another kind',
      text: text.replace('{"open":', '{"opened":'),
      lost: 1,
      state: without({ open: open.slice(1) }),
    },
  ])('is read from $title as far as possible, and says how many lines are lost', (row) => {
    expect(read(row.text)).toEqual({ state: row.state, lost: row.lost });
  });

  it('is read from a text that ends early, with all lines before', () => {
    const { state, lost } = read(text.slice(0, -20));
    expect(lost).toBe(1);
    expect(state.open).toEqual(open);
    expect(state.pending.flatMap(({ alerts }) => alerts)).toHaveLength(
      pending.flatMap(({ alerts }) => alerts).length - 1,
    );
  });

  it('needs no step of 100 ms for 8,000 open findings that all wait to be sent', () => {
    const longestOf = () => {
      let longest = 0;
      const timed = <T>(work: () => T): T => {
        const start = processorMs();
        const result = work();
        longest = Math.max(longest, processorMs() - start);
        return result;
      };
      const steps: Steps<string> = alertStateText(state);
      let step = timed(() => steps.next());
      while (!step.done) step = timed(() => steps.next());
      const bytes = Buffer.from(step.value);
      const { take, end } = alertStateReader();
      for (let at = 0; at < bytes.length; at += 65_536) {
        timed(() => take(bytes.subarray(at, at + 65_536)));
      }
      expect(timed(end).state.open).toHaveLength(8000);
      return longest;
    };
    const state = stateOf(8000);
    // The smaller of two, because the compiler and the garbage collector of V8 take time too.
    expect(Math.min(longestOf(), longestOf())).toBeLessThan(100);
  });
});
