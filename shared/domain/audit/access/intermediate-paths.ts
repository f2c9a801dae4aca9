import type { Steps } from '../../basics/steps.ts';
import { accountsIn, type Snapshot } from '../../iam/snapshot.ts';
import type { Holder } from './holders.ts';

/** The accounts on a shortest path from an intermediate account to an asset of a chain, both included. */
export type PathFromIntermediate = (intermediate: string) => readonly string[];

/** @param holders all holders of an audit: an intermediate account is a holder too */
export function* intermediatePaths(
  holders: readonly Holder[],
  snapshot: Snapshot,
): Steps<PathFromIntermediate> {
  const byAccount = new Map<string | undefined, Holder[]>();
  for (const holder of holders) {
    yield;
    for (const email of accountsIn(holder.principal, snapshot)) {
      const known = byAccount.get(email) ?? [];
      byAccount.set(email, known);
      known.push(holder);
    }
  }
  return (intermediate) => {
    const seen = new Set([intermediate]);
    let paths: readonly (readonly string[])[] = [[intermediate]];
    while (paths.length > 0) {
      const next: (readonly string[])[] = [];
      for (const path of paths) {
        for (const { opens } of byAccount.get(path.at(-1)) ?? []) {
          const end = opens.find(({ asset }) => asset.is !== 'intermediate');
          if (end) return [...path, end.asset.name];
          for (const { asset } of opens) {
            if (seen.has(asset.name)) continue;
            seen.add(asset.name);
            next.push([...path, asset.name]);
          }
        }
      }
      paths = next;
    }
    return [intermediate];
  };
}
