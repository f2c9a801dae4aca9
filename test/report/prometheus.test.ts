import { reportAs } from '../../shared/report/formats.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';
import { reportWith } from './hostile-report.ts';
import { data, NOW, ops } from './parts.ts';
import { CLEAN, REPORT } from './reports.ts';

const metrics = (report: ShownReport): string[] =>
  reportAs(report, 'prometheus', NOW).body.split('\n');
const samplesOf = (report: ShownReport, name: string): string[] =>
  metrics(report).filter(
    (line) => line.startsWith(`hopmint_${name}{`) || line.startsWith(`hopmint_${name} `),
  );

describe('the metrics of a report', () => {
  const cases: { name: string; report: ShownReport; samples: string[] }[] = [
    { name: 'report_clean', report: REPORT, samples: ['hopmint_report_clean 0'] },
    { name: 'report_clean', report: CLEAN, samples: ['hopmint_report_clean 1'] },
    { name: 'report_age_seconds', report: REPORT, samples: ['hopmint_report_age_seconds 240'] },
    {
      name: 'report_timestamp_seconds',
      report: REPORT,
      samples: ['hopmint_report_timestamp_seconds 1795348800'],
    },
    {
      name: 'findings',
      report: REPORT,
      samples: [
        'hopmint_findings{kind="unexpected-impersonator",severity="critical"} 1',
        'hopmint_findings{kind="hop-missing",severity="high"} 1',
        'hopmint_findings{kind="hop-denied",severity="high"} 1',
        'hopmint_findings{kind="hop-conditional",severity="medium"} 1',
        'hopmint_findings{kind="unexpected-impersonator",severity="info"} 1',
      ],
    },
    { name: 'findings', report: CLEAN, samples: [] },
    {
      name: 'coverage_resources',
      report: REPORT,
      samples: [
        'hopmint_coverage_resources{result="read"} 7',
        'hopmint_coverage_resources{result="unread"} 1',
      ],
    },
  ];
  it.each(cases)('have $name', ({ name, report, samples }) => {
    expect(samplesOf(report, name)).toEqual(samples);
  });

  it('count findings of the same kind and severity together', () => {
    const twice = { ...REPORT, findings: REPORT.findings.concat(REPORT.findings) };
    expect(samplesOf(twice, 'findings')).toHaveLength(5);
    expect(samplesOf(twice, 'findings')[1]).toMatch(/hop-missing.* 2$/);
  });

  it('have an expiry for each chain that has a credential', () => {
    const samples = samplesOf(REPORT, 'chain_expiry_timestamp_seconds');
    expect(samples).toHaveLength(5);
    expect(samples[0]).toBe(
      'hopmint_chain_expiry_timestamp_seconds{chain="metrics-push"} 1795351620',
    );
  });

  it('have the time of the observation for each chain that was observed', () => {
    const observed = {
      at: '2026-11-22T11:59:00.000Z',
      latest: null,
      current: null,
      previous: null,
      unusable: [],
      recreated: null,
      doubt: null,
      secretExpiresAt: null,
      destroyDelaySeconds: null,
    };
    const chains = REPORT.chains.map((one, i) => (i === 0 ? { ...one, observed } : one));
    expect(samplesOf({ ...REPORT, chains }, 'chain_observed_timestamp_seconds')).toEqual([
      'hopmint_chain_observed_timestamp_seconds{chain="metrics-push"} 1795348740',
    ]);
  });

  it('have the state of each chain and hop as a label', () => {
    expect(samplesOf(REPORT, 'chain_state')).toContain(
      'hopmint_chain_state{chain="billing-export",state="broken"} 1',
    );
    expect(samplesOf(REPORT, 'hop_state')).toContain(
      `hopmint_hop_state{chain="billing-export",hop="2",from="${ops('relay')}",to="${data('billing-reader')}",state="missing"} 1`,
    );
  });

  it('describe every metric once, before its samples', () => {
    const seen = new Set<string>();
    for (const line of metrics(REPORT).filter(Boolean)) {
      const [, help] = /^# HELP (\S+) \S/.exec(line) ?? [];
      if (help) expect(seen.has(help)).toBe(false);
      if (help) seen.add(help);
      else expect(seen).toContain(/^(?:# TYPE )?(\w+)/.exec(line)?.[1]);
    }
  });

  it('have no series twice', () => {
    const series = metrics(REPORT).map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(series.filter(Boolean)).size).toBe(series.filter(Boolean).length);
  });
});

/** A line of the exposition format. */
const LINE =
  /^(?:# (?:HELP|TYPE) hopmint_\w+ .+|hopmint_\w+(?:\{[a-z_]+="(?:[^"\\]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\]|\\[\\"n])*")*\})? [\d.]+)$/;

it.each(HOSTILE_ROWS)(
  'metrics that contain $title have the usual number of lines, each well formed',
  ({ text }) => {
    const lines = metrics(reportWith(text));
    expect(lines.length).toBe(metrics(reportWith('harmless')).length);
    expect(lines.slice(0, -1).filter((line) => !LINE.test(line))).toEqual([]);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  },
);
