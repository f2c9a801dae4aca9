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
});
