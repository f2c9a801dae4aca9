import { type Holder, isAdministrator, permissionsOf } from '../access/holders.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** One `info` finding for each container, with all its administrators. */
export function administratorFindings(holders: readonly Holder[]): Finding[] {
  const byResource = Map.groupBy(holders.filter(isAdministrator), ({ resource }) => resource);
  return [...byResource].map(([resource, administrators]): Finding => {
    const assets = administrators.flatMap(({ opens }) => opens.map(({ asset }) => asset));
    const accounts = [...new Set(assets.flatMap((asset) => asset.accounts))];
    const members = [...new Set(administrators.map(({ member }) => member))];
    const administer = members.length === 1 ? 'administers' : 'administer';
    return {
      kind: 'escalation',
      severity: 'info',
      account: accounts[0] ?? '',
      fingerprint: fingerprintOf('escalation', 'administrators', resource),
      evidence: {
        summary: `${members.join(', ')} ${administer} ${resource} and everything below it`,
        resource,
        members,
        accounts,
        chains: [...new Set(assets.flatMap(({ chains }) => chains))],
        permissions: [...new Set(administrators.flatMap(permissionsOf))],
      },
    };
  });
}
