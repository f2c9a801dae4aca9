import type { Hold } from './holders.ts';

/** From an account that leads to chains, the accounts on the shortest way to one of a chain, that one included. */
export type PathFrom = (lead: string) => readonly string[];

/** @param holds all of an audit: what leads on from an account is what it holds itself */
export function leadPaths(holds: readonly Hold[]): PathFrom {
  const byHolder = Map.groupBy(holds, ({ who }) =>
    who.is === 'account' ? (who.email ?? who.uniqueId) : undefined,
  );
  return (lead) => {
    const seen = new Set([lead]);
    let paths: readonly (readonly string[])[] = [[lead]];
    while (paths.length > 0) {
      const next: (readonly string[])[] = [];
      for (const path of paths) {
        for (const { opens } of byHolder.get(path.at(-1)) ?? []) {
          const end = opens.find(({ asset }) => asset.is !== 'lead');
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
    return [lead];
  };
}
