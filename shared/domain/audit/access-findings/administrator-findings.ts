import { type Hold, isAdministrator, permissionsOf } from '../access/holders.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** Who administers a container can do anything below it: one finding for each, that does not count. */
export function administratorFindings(holds: readonly Hold[]): Finding[] {
  const byResource = Map.groupBy(holds.filter(isAdministrator), ({ resource }) => resource);
  return [...byResource].map(([resource, administrators]): Finding => {
    const assets = administrators.flatMap(({ opens }) => opens.map(({ asset }) => asset));
    const accounts = [...new Set(assets.flatMap((asset) => asset.accounts))];
    const members = [...new Set(administrators.map(({ member }) => member))];
    return {
      kind: 'escalation',
      severity: 'info',
      account: accounts[0] ?? '',
      fingerprint: fingerprintOf('escalation', 'administrators', resource),
      evidence: {
        summary: `${members.join(', ')} ${members.length === 1 ? 'administers' : 'administer'} ${resource}, and with it everything below`,
        resource,
        members,
        accounts,
        chains: [...new Set(assets.flatMap(({ chains }) => chains))],
        permissions: [...new Set(administrators.flatMap(permissionsOf))],
      },
    };
  });
}
