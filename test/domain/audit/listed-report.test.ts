import type { Finding } from '../../../shared/domain/audit/finding/finding.ts';
import { FINDINGS_MAX, listed } from '../../../shared/domain/audit/listed-report.ts';
import { report, withGrants } from './audit-world.ts';

const clean = listed(report(withGrants('projects/acme-ops')));
const findings = (count: number, severity: Finding['severity'], kind: Finding['kind']): Finding[] =>
  Array.from({ length: count }, (_, i) => ({
    kind,
    severity,
    chains: [],
    account: 'reader@acme-data.iam.gserviceaccount.com',
    fingerprint: `${severity}-${kind}-${i}`,
    evidence: { summary: 'why', resource: 'projects/acme-data' },
  }));

describe('a report', () => {
  it('is not changed by 1,000 findings', () => {
    const full = { ...clean, findings: findings(FINDINGS_MAX, 'low', 'overgrant') };
    expect(listed(full)).toBe(full);
  });

  it('keeps the 1,000 worst findings, and counts the others by kind and severity', () => {
    const full = {
      ...clean,
      findings: [
        ...findings(998, 'high', 'unexpected-impersonator'),
        ...findings(3, 'low', 'overgrant'),
        ...findings(2, 'low', 'secret-readers'),
        ...findings(4, 'info', 'escalation'),
      ],
    };
    const short = listed(full);
    expect(short.findings).toEqual(full.findings.slice(0, 1000));
    expect(short.leftOut).toEqual([
      { severity: 'low', kind: 'overgrant', count: 1 },
      { severity: 'low', kind: 'secret-readers', count: 2 },
      { severity: 'info', kind: 'escalation', count: 4 },
    ]);
    expect(listed(short)).toBe(short);
  });

  it('lists 200 chains of a finding, and 100 accounts and secrets, and says how many there are', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `c-${i}`);
    const [finding] = findings(1, 'high', 'unexpected-impersonator');
    if (!finding) throw new Error('there is one');
    const evidence = { ...finding.evidence, accounts: names, secrets: names };
    const short = listed({ ...clean, findings: [{ ...finding, chains: names, evidence }] });
    expect(short.findings).toEqual([
      {
        ...finding,
        chains: names.slice(0, 200),
        chainCount: 1000,
        evidence: {
          ...finding.evidence,
          accounts: names.slice(0, 100),
          accountCount: 1000,
          secrets: names.slice(0, 100),
          secretCount: 1000,
        },
      },
    ]);
    expect(short.leftOut).toBeUndefined();
    expect(listed(short)).toBe(short);
  });

  it('has 4 MB of findings at most, the worst, and counts the others', () => {
    const long = findings(900, 'high', 'unexpected-impersonator').map((finding) => ({
      ...finding,
      fix: { gcloud: 'x'.repeat(10_000) },
    }));
    const short = listed({ ...clean, findings: [...long, ...findings(5, 'low', 'overgrant')] });
    const kept = short.findings.length;
    const size = JSON.stringify(short.findings).length;
    expect(size).toBeLessThan(4_001_000);
    expect(size).toBeGreaterThan(3_980_000);
    expect(short.leftOut).toEqual([
      { severity: 'high', kind: 'unexpected-impersonator', count: 900 - kept },
      { severity: 'low', kind: 'overgrant', count: 5 },
    ]);
    expect(listed(short)).toBe(short);
  });
});
