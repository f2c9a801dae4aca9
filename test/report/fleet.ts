import type { ChainReport } from '../../shared/domain/audit/report.ts';
import { grantHop } from '../../shared/domain/grants/fix.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { chain, data, finding, hopsAlong, minter, ops, policyOf } from './parts.ts';
import { REPORT } from './reports.ts';

/** `n` chains, 25 through each relay. Every fortieth is broken and has a finding. */
export function fleetOf(n: number): ShownReport {
  const fleet = Array.from({ length: n }, (_, i): ChainReport => {
    const broken = i % 40 === 7;
    const path = [
      minter,
      ops(`relay-${Math.floor(i / 25)}`),
      data(`gate-${i % 5}`),
      data(`reader-${i}`),
    ];
    return chain(
      `chain-${i}`,
      broken ? 'broken' : 'ok',
      '12:40',
      hopsAlong(path, undefined, broken ? { 3: 'missing' } : {}),
    );
  });
  const findings = fleet.flatMap(({ name, state }, i) =>
    state === 'ok'
      ? []
      : [
          finding({
            kind: 'hop-missing',
            chain: name,
            hop: 3,
            account: data(`reader-${i}`),
            evidence: {
              summary: `reader-${i} has no grant`,
              resource: policyOf(data(`reader-${i}`)),
            },
            fix: grantHop(data(`gate-${i % 5}`), {
              name: data(`reader-${i}`),
              projectId: 'acme-data',
            }),
          }),
        ],
  );
  return { ...REPORT, chains: fleet, findings, coverage: { ...REPORT.coverage, unread: [] } };
}
