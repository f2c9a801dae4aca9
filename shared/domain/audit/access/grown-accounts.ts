import type { Steps } from '../../basics/steps.ts';
import { accountsIn, type Snapshot } from '../../iam/snapshot.ts';
import { type Affected, type Asset, leadsToAccounts, unionOf } from '../assets/asset.ts';
import type { Holder } from './holders.ts';

/**
 * The intermediate accounts that lead to more than the search knew when it found them, each with everything that it leads to. The search finds an
 * account on its shortest path to an asset. The same account may lead to other assets on longer paths.
 */
export function* grownAccounts(
  assets: readonly Asset[],
  holders: readonly Holder[],
  snapshot: Snapshot,
): Steps<Map<Asset, Asset>> {
  const intermediates = new Map(
    assets.flatMap((one) => (one.is === 'intermediate' ? [[one.name, one] as const] : [])),
  );
  const grown = new Map<Asset, Asset>();
  if (intermediates.size === 0) return grown;
  const opened = new Map<string, Set<Asset>>();
  for (const { principal, opens } of holders) {
    yield;
    for (const email of accountsIn(principal, snapshot)) {
      if (!intermediates.has(email)) continue;
      const known = opened.get(email) ?? new Set();
      opened.set(email, known);
      for (const { asset } of opens) if (leadsToAccounts(asset)) known.add(asset);
    }
  }
  const everything = unionOf(distinct(assets));
  const reachedFrom = new Map<string, ReadonlySet<Asset>>();
  for (const [email, asset] of intermediates) {
    // Most accounts lead to everything at once.
    if (!affectsMore(everything, asset)) continue;
    const reached = new Set(opened.get(email));
    const isExpanded = new Set<Asset>();
    for (const one of reached) {
      yield;
      if (one.is !== 'intermediate' || isExpanded.has(one)) continue;
      const known = reachedFrom.get(one.name);
      for (const next of known ?? opened.get(one.name) ?? []) {
        reached.add(next);
        if (known) isExpanded.add(next);
      }
    }
    reachedFrom.set(email, reached);
    // An intermediate account leads to nothing but the others.
    const ends = [...reached].filter(({ is }) => is !== 'intermediate');
    const affected = unionOf(distinct([asset, ...ends]));
    if (affectsMore(affected, asset)) grown.set(asset, { ...asset, ...affected });
  }
  return grown;
}

/** The holders with other assets in what they open. Holders that share a list share one afterwards, too. */
export function* withAssets(
  holders: readonly Holder[],
  changed: ReadonlyMap<Asset, Asset>,
): Steps<Holder[]> {
  const lists = new Map<Holder['opens'], Holder['opens']>();
  const replaced: Holder[] = [];
  for (const holder of holders) {
    yield;
    const { opens } = holder;
    const known =
      lists.get(opens) ??
      (opens.some(({ asset }) => changed.has(asset))
        ? opens.map((one) => ({ ...one, asset: changed.get(one.asset) ?? one.asset }))
        : opens);
    lists.set(opens, known);
    replaced.push(known === opens ? holder : { ...holder, opens: known });
  }
  return replaced;
}

/** Does it affect an account or a chain that the other one does not affect? */
export function affectsMore(one: Affected, other: Affected): boolean {
  const accounts = new Set(other.accounts);
  const chains = new Set(other.chains);
  return (
    one.accounts.some((account) => !accounts.has(account)) ||
    one.chains.some((chain) => !chains.has(chain))
  );
}

/** Thousands of assets may share one list of chains. */
function distinct(all: readonly Affected[]): Affected[] {
  const chains = new Set<Affected['chains']>();
  const accounts = new Set<Affected['accounts']>();
  return all.filter((one) => {
    const isNew = !chains.has(one.chains) || !accounts.has(one.accounts);
    chains.add(one.chains);
    accounts.add(one.accounts);
    return isNew;
  });
}
