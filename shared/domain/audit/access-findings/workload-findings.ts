import { WORKLOADS } from '../../iam/runs-as/route.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { runningAs } from '../assets/asset-routes.ts';
import { ACCOUNTS_MAX, type Finding, fingerprintOf } from '../finding/finding.ts';

/** Our own functions run as our accounts. */
const OWN = /\/(?:services|functions)\/hopmint-(?:fanout|mint|audit)$/;

/** What runs as an account of a chain. Its code can get every credential of the account, and so can everyone who controls it. */
export function workloadFindings(assets: readonly Asset[], snapshot: Snapshot): Finding[] {
  return assets.flatMap(({ is, account, resource, accounts, chains }): Finding[] => {
    if (is !== 'account' || !account) return [];
    const running = runningAs(account, snapshot).filter(({ name }) => !OWN.test(name));
    const [first] = running;
    if (!first) return [];
    const what =
      running.length === 1
        ? `the ${WORKLOADS[first.kind]} ${first.name} runs`
        : `${running.length} workloads run`;
    return [
      {
        kind: 'runs-as',
        severity: 'info',
        chains,
        account: account.email,
        fingerprint: fingerprintOf('runs-as', resource),
        evidence: {
          summary: `${what} as ${account.email}: its code can get the credentials of this account`,
          resource,
          accounts,
          workloads: running
            .map(({ name }) => name)
            .sort()
            .slice(0, ACCOUNTS_MAX),
        },
      },
    ];
  });
}
