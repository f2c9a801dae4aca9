import type { Steps } from '../../basics/steps.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { accountsIn, type Snapshot } from '../../iam/snapshot.ts';
import { type Asset, leadsToAccounts } from '../assets/asset.ts';
import { liveAccount } from '../finding/expected-access.ts';
import type { Access } from './find-access.ts';

/** The chains that somebody affects by becoming an account, besides the chains of this account, by email. */
export type FurtherChains = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * An account of a chain may hold something of another chain. Then everyone who can become this account affects both. An intermediate account has the
 * chains that it leads to already, but not those that come after an account of a chain.
 */
export function* furtherChains(
  file: ChainFile,
  { assets, holders }: Pick<Access, 'assets' | 'holders'>,
  snapshot: Snapshot,
): Steps<FurtherChains> {
  const own = new Map<string, ReadonlySet<string>>();
  for (const { is, name, chains } of assets) {
    if (is === 'account') own.set(name, new Set(chains));
  }
  const opened = new Map<string, Set<Asset>>();
  const byName = new Map(
    assets.flatMap((one) => (one.is === 'account' ? [[one.name, one] as const] : [])),
  );
  // An account of a chain can become the next one.
  for (const { delegates, target } of file.chains) {
    yield;
    const path = [file.caller, ...delegates, target].map(
      (one) => liveAccount(snapshot, one)?.email,
    );
    for (const [i, email = ''] of path.entries()) {
      const next = byName.get(path[i + 1] ?? '');
      if (next) opened.set(email, (opened.get(email) ?? new Set()).add(next));
    }
  }
  for (const { principal, opens } of holders) {
    yield;
    for (const email of accountsIn(principal, snapshot)) {
      if (!own.has(email)) continue;
      const known = opened.get(email) ?? new Set();
      opened.set(email, known);
      for (const { asset } of opens) if (leadsToAccounts(asset)) known.add(asset);
    }
  }
  const found = new Map<string, Set<string>>();
  for (const [email, direct] of opened) {
    const chains = new Set<string>();
    const visited = new Set(direct);
    for (const asset of visited) {
      yield;
      for (const chain of asset.chains) if (!own.get(email)?.has(chain)) chains.add(chain);
      for (const account of asset.accounts) {
        for (const next of opened.get(account) ?? []) visited.add(next);
      }
    }
    if (chains.size > 0) found.set(email, chains);
  }
  return found;
}
