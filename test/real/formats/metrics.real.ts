import { spawnSync } from 'node:child_process';
import { reportAs } from '../../../shared/report/formats.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { HOSTILE } from '../../domain/hostile.ts';
import { reportWith } from '../../report/hostile-report.ts';
import { NOW } from '../../report/parts.ts';
import { REPORTS } from './reports.ts';

// Needs `promtool`, which is in Debian's package `prometheus`.

/** `promtool check metrics` checks the syntax and Prometheus' conventions. */
const check = (metrics: string) => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
  });
  return { status, output: `${stdout}${stderr}` };
};

/** One chain and one hop: in these reports all names are the same text, so several would be one series written several times. */
const withOneHop = (report: ShownReport): ShownReport => ({
  ...report,
  chains: report.chains.slice(3, 4).map((chain) => ({ ...chain, hops: chain.hops.slice(0, 1) })),
});
const HOSTILE_REPORTS = HOSTILE.map((text) => ({
  what: JSON.stringify(text),
  report: withOneHop(reportWith(text)),
}));

describe('promtool', () => {
  it.each([...REPORTS, ...HOSTILE_REPORTS])('accepts the metrics of $what', ({ report }) => {
    expect(check(reportAs(report, 'prometheus', NOW).body)).toEqual({
      status: 0,
      output: '',
    });
  });

  it('refuses malformed metrics', () => {
    expect(check('# TYPE x counter\nx{a="b} 1\n').status).not.toBe(0);
  });
});
