import { type Holder, isAdministrator, permissionsOf } from '../access/holders.ts';
import { type Finding, fingerprintOf, namedMembers } from '../finding/finding.ts';
import { membersText } from './summary.ts';

/** One `info` finding for each container, with all its administrators. */
export function administratorFindings(holders: readonly Holder[]): Finding[] {
  const byResource = Map.groupBy(holders.filter(isAdministrator), ({ resource }) => resource);
  return [...byResource].map(([resource, administrators]): Finding => {
    const assets = administrators.flatMap(({ opens }) => opens.map(({ asset }) => asset));
    const accounts = [...new Set(assets.flatMap((asset) => asset.accounts))];
    const members = [...new Set(administrators.map(({ member }) => member))].sort();
    const administer = members.length === 1 ? 'administers' : 'administer';
    return {
      kind: 'escalation',
      severity: 'info',
      chains: [...new Set(assets.flatMap(({ chains }) => chains))],
      account: accounts[0] ?? '',
      ...namedMembers(members),
      fingerprint: fingerprintOf('escalation', 'administrators', resource),
      evidence: {
        summary: `${membersText(members)} ${administer} ${resource} and everything below it`,
        resource,
        accounts,
        permissions: [...new Set(administrators.flatMap(permissionsOf))],
      },
    };
  });
}
