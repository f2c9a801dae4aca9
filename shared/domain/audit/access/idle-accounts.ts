import { accountsIn, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import type { Holder } from './holders.ts';

/**
 * The intermediate accounts that lead to disabled accounts alone, by email, each with one of those. Access to them has no effect until somebody
 * enables it.
 */
export function idleAccountsIn(
  assets: readonly Asset[],
  holders: readonly Holder[],
  snapshot: Snapshot,
): ReadonlyMap<string, string> {
  const disabled = assets.filter(({ account }) => account?.disabled);
  if (disabled.length === 0) return new Map();
  const intermediates = new Map(
    assets.flatMap((asset) =>
      asset.is === 'intermediate' && !asset.account?.disabled ? [[asset.name, asset] as const] : [],
    ),
  );
  const openers = new Map<Asset, Set<string>>();
  for (const { principal, opens } of holders) {
    const emails = accountsIn(principal, snapshot).filter((email) => intermediates.has(email));
    if (emails.length === 0) continue;
    for (const { asset } of opens) {
      const known = openers.get(asset) ?? new Set();
      openers.set(asset, known);
      for (const email of emails) known.add(email);
    }
  }
  /** The intermediate accounts from which these assets are reached. */
  const leadingTo = (ends: readonly Asset[]): Set<string> => {
    const found = new Set<string>();
    const toVisit = [...ends];
    for (let next = toVisit.pop(); next; next = toVisit.pop()) {
      for (const email of openers.get(next) ?? []) {
        const asset = intermediates.get(email);
        if (!asset || found.has(email)) continue;
        found.add(email);
        toVisit.push(asset);
      }
    }
    return found;
  };
  const useful = leadingTo(
    assets.filter(({ is, account }) => is !== 'intermediate' && !account?.disabled),
  );
  return new Map(
    disabled.flatMap((asset) =>
      [...leadingTo([asset])].flatMap((email) =>
        useful.has(email) ? [] : [[email, asset.name] as const],
      ),
    ),
  );
}
