import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import { membersIn } from '../../../../shared/domain/audit/finding/finding.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import { auditOf, EXPECTED, NOW, rowsOf, WORLD } from './drifts.ts';

describe('a world with forty drifts', () => {
  let local: LocalCloud;
  let report: Report;
  beforeAll(async () => {
    local = await startLocalCloud({ seed: WORLD, now: () => NOW });
    report = await auditOf(local);
  });
  afterAll(() => local.close());

  it('gives exactly one finding for each drift, with its kind, hop and member', () => {
    expect(rowsOf(report)).toEqual(EXPECTED);
  });

  it('has a different fingerprint for each finding', () => {
    const prints = report.findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('is read completely, except what cannot be decided', () => {
    expect(report.coverage.unread).toEqual([]);
  });

  it('reports administrators once for each ancestor', () => {
    const administrators = report.findings.filter(
      ({ kind, severity }) => kind === 'unexpected-administrator' && severity === 'info',
    );
    expect(administrators.map((one) => [one.evidence.resource, membersIn(one)])).toEqual([
      ['organizations/900000000001', ['user:root@acme.com']],
    ]);
  });
});
