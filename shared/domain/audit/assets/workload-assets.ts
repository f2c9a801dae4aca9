import { WORKLOADS } from '../../iam/runs-as/route.ts';
import { HMAC_KEY } from '../../iam/runs-as/routes.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import { type Affected, type Asset, unionOf } from './asset.ts';
import { leverOf, projectOfWorkload, routesOn, runningAs } from './asset-routes.ts';

type Lever = ReturnType<typeof leverOf>;

/** What somebody can change without `actAs` on an account, and so run code as it, or use Cloud Storage as it. */
export function workloadAssets(assets: readonly Asset[], snapshot: Snapshot): Asset[] {
  const accounts = assets.filter(({ account }) => account);
  const asAsset = (lever: Lever, affected: Affected): Asset => ({
    ...lever,
    above: containersFrom(snapshot, lever.resource).names,
    accounts: affected.accounts,
    chains: affected.chains,
    expects: () => false,
  });
  const listed = accounts.flatMap((asset) =>
    listedWorkloads(asset, snapshot).map((lever) => ({
      ...asAsset(lever, asset),
      ...(asset.account && { runsAs: asset.account }),
    })),
  );
  const byProject = Map.groupBy(accounts, ({ above }) => above[0] ?? '');
  const others = [...byProject].flatMap(([project, below]) => {
    const ofChains = below.filter(({ is }) => is === 'account');
    return [
      asAsset(unlistedWorkloads(project), unionOf(below)),
      ...(ofChains.length > 0 ? [asAsset(hmacKeys(project), unionOf(ofChains))] : []),
    ];
  });
  return [...listed, ...others];
}

function listedWorkloads({ account }: Asset, snapshot: Snapshot): Lever[] {
  if (!account) return [];
  const byKind = Map.groupBy(runningAs(account, snapshot), (one) =>
    JSON.stringify([one.kind, projectOfWorkload(one)]),
  );
  return [...byKind.values()].flatMap((same) => {
    const [first] = same;
    const routes = first ? routesOn(first.kind) : [];
    if (!first || routes.length === 0) return [];
    const name = `a ${WORKLOADS[first.kind]} of ${account.email}`;
    return [leverOf('workload', name, projectOfWorkload(first), routes, same)];
  });
}

/** Google documents no list of these for all locations. So whether one runs as the account is unknown. */
const unlistedWorkloads = (project: string): Lever =>
  leverOf('workload', `workloads of ${project}`, project, routesOn('unlisted'), [], false);

const hmacKeys = (project: string): Lever =>
  leverOf('storage-key', `HMAC keys of ${project}`, project, [HMAC_KEY]);
