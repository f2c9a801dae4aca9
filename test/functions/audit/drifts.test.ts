import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import { auditOf, EXPECTED, NOW, toldOf, WORLD } from './drifts.ts';

describe('a world with three dozen drifts', () => {
  let local: LocalCloud;
  let report: Report;
  beforeAll(async () => {
    local = await startLocalCloud({ seed: WORLD, now: () => NOW });
    report = await auditOf(local);
  });
  afterAll(() => local.close());

  it('is audited for every one of them, with its kind, hop and member, and for nothing else', () => {
    expect(toldOf(report)).toEqual(EXPECTED);
  });

  it('has a fingerprint for each, which no two share', () => {
    const prints = report.findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('is read whole, but for what cannot be decided', () => {
    expect(report.coverage.unread).toEqual([]);
  });

  it('tells administrators once for each ancestor', () => {
    const told = report.findings.filter(
      ({ kind, severity }) => kind === 'escalation' && severity === 'info',
    );
    expect(told.map(({ evidence }) => [evidence.resource, evidence.members])).toEqual([
      ['organizations/900000000001', ['user:root@acme.com']],
    ]);
  });
});
