import { projectOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import type { Mint } from './mint.ts';
import { chainsAbout, chainsRotatedBy, hopsIn, hopsUsedBy } from './paths.ts';
import {
  keyOfMint,
  NOTHING_SEEN,
  type PendingMint,
  type Seen,
  type SeenMint,
} from './seen-state.ts';

/** A version follows its mint within this time: the mint is proven first, and discarded after 30 seconds. */
const STORED_WITHIN_MS = 60_000;
/** The clocks of the services may differ. */
const SKEW_MS = 5000;
/** A mint without a version is reported after this time. */
export const COMMITTED_WITHIN_MS = 2 * 60_000;
/** Google may answer a mint twice, if the first answer was lost. So a version explains two mints, and no more. */
const MINTS_OF_VERSION = 2;

/** What mints add to a state, and whether one of them is of a member or by a way that is new. */
export type Taken = { readonly seen: Seen; readonly isNews: boolean };

/** Takes entries of the log, in any order and any number of times. Mints of other accounts are ignored. */
export function takeMints(file: ChainFile, mints: readonly Mint[], before: Seen): Taken {
  const known = new Set(before.mints.map(keyOfMint));
  const pending: PendingMint[] = [];
  const others: SeenMint[] = [];
  const hops: Record<string, string> = {};
  const entryAt: Record<string, string> = {};
  const later = (record: Record<string, string>, key: string, at: string) => {
    if ((record[key] ?? '') < at) record[key] = at;
  };
  for (const mint of mints) {
    if (chainsAbout(file, mint).length === 0) continue;
    const at = mint.at.toISOString();
    later(entryAt, projectOf(mint.target) ?? '', at);
    for (const key of hopsUsedBy(file, mint)) later(hops, key, at);
    const rotated = chainsRotatedBy(file, mint);
    if (rotated.length > 0) {
      pending.push({ id: mint.id, at, chains: rotated.map(({ name }) => name) });
    } else {
      const { by, delegates, target, kind } = mint;
      others.push({ by, delegates, target, kind, firstAt: at, lastAt: at });
    }
  }
  return {
    seen: { ...NOTHING_SEEN, entryAt, hops, pending, mints: others },
    isNews: others.some((one) => !known.has(keyOfMint(one))),
  };
}

/** The mints that should have a version by now. */
export const overdueIn = ({ pending }: Seen, now: Date): PendingMint[] =>
  pending.filter(({ at }) => now.getTime() - Date.parse(at) >= COMMITTED_WITHIN_MS);

/** The versions of a chain's secret that are not destroyed: when each was added. Undefined if they are unknown. */
export type AddedAt = (chain: string) => readonly Date[] | undefined;

/**
 * Decides which overdue mints were stored. A mint whose versions are unknown stays pending for an hour. A mint that is older than all
 * versions that are left cannot be decided.
 */
export function decideOverdue(seen: Seen, addedAt: AddedAt, now: Date): Taken {
  const overdue = overdueIn(seen, now);
  const explained = explainedIn(seen.pending, addedAt);
  const decided: { id: string; at: string }[] = [];
  const uncommitted: { chains: readonly string[]; firstAt: string; lastAt: string }[] = [];
  for (const { id, at, chains } of overdue) {
    const versions = chains.map(addedAt);
    const isUnknown = versions.some((one) => one === undefined);
    if (isUnknown && now.getTime() - Date.parse(at) < 3_600_000) continue;
    decided.push({ id, at });
    const oldest = versions
      .flatMap((one) => one ?? [])
      .sort((a, b) => a.getTime() - b.getTime())[0];
    const isLate = oldest !== undefined && Date.parse(at) < oldest.getTime() - STORED_WITHIN_MS;
    if (!isUnknown && !isLate && !explained.has(id)) {
      uncommitted.push({ chains, firstAt: at, lastAt: at });
    }
  }
  return {
    seen: { ...NOTHING_SEEN, decided, uncommitted },
    isNews: uncommitted.length > 0,
  };
}

/** The IDs of the mints that a version explains: each version the last ones before it. */
function explainedIn(pending: readonly PendingMint[], addedAt: AddedAt): Set<string> {
  const explained = new Set<string>();
  const names = new Set(pending.flatMap(({ chains }) => chains));
  for (const name of names) {
    for (const added of addedAt(name) ?? []) {
      const before = pending
        .filter(({ id, at, chains }) => {
          const ms = added.getTime() - Date.parse(at);
          return (
            chains.includes(name) && !explained.has(id) && ms >= -SKEW_MS && ms <= STORED_WITHIN_MS
          );
        })
        .sort((a, b) => (a.at < b.at ? 1 : -1));
      for (const { id } of before.slice(0, MINTS_OF_VERSION)) explained.add(id);
    }
  }
  return explained;
}

/** More hops than this are not followed, so that the state stays small. */
export const HOPS_MAX = 5000;

/** A hop whose mints are not logged counts as used at least so long ago. */
const UNLOGGED_MS = 15 * 86_400_000;

/** The hops of the file. A hop that was not known counts as used now, and one whose mints are not logged is never old. */
export function withHops(
  file: ChainFile,
  seen: Seen,
  isLogged: (key: string) => boolean,
  now: Date,
): Seen {
  const all = [...hopsIn(file)];
  const hops = all.slice(0, all.length > HOPS_MAX ? 0 : undefined).flatMap(({ key }) => {
    const known = seen.hops[key];
    if (isLogged(key)) return [[key, known ?? now.toISOString()] as const];
    if (known === undefined) return [];
    const isOld = now.getTime() - Date.parse(known) >= UNLOGGED_MS;
    return [[key, isOld ? now.toISOString() : known] as const];
  });
  return { ...seen, hops: Object.fromEntries(hops) };
}

/** The state without hops that no chain has. */
export function ofFile(file: ChainFile, seen: Seen): Seen {
  const keys = new Set([...hopsIn(file)].map(({ key }) => key));
  const hops =
    keys.size > HOPS_MAX ? [] : Object.entries(seen.hops).filter(([key]) => keys.has(key));
  return { ...seen, hops: Object.fromEntries(hops) };
}
