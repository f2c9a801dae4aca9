import type { Holder } from './holders.ts';

/** The accounts on a shortest path from an intermediate account to an asset of a chain, both included. */
export type PathFromIntermediate = (intermediate: string) => readonly string[];

/** @param holders all holders of an audit: an intermediate account is a holder too */
export function intermediatePaths(holders: readonly Holder[]): PathFromIntermediate {
  const byAccount = Map.groupBy(holders, ({ principal }) =>
    principal.is === 'account' ? (principal.email ?? principal.uniqueId) : undefined,
  );
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
