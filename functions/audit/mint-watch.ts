import { secretName } from '../../shared/domain/audit/changed-resources.ts';
import type { Mint } from '../../shared/domain/audit/seen/mint.ts';
import { chainsAbout, chainsRotatedBy } from '../../shared/domain/audit/seen/paths.ts';
import { loggedIn } from '../../shared/domain/audit/seen/seen-findings.ts';
import { NOTHING_SEEN, type Seen } from '../../shared/domain/audit/seen/seen-state.ts';
import {
  COMMITTED_WITHIN_MS,
  decideOverdue,
  ofFile,
  overdueIn,
  takeMints,
  withHops,
} from '../../shared/domain/audit/seen/take-mints.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import type { Evidence } from '../../shared/domain/rotation/ledger/evidence.ts';
import type { SeenIn } from '../../shared/operations/audit.ts';
import { batchAfter } from '../runtime/batch.ts';
import type { SeenStore } from './seen-store.ts';

/** A round reads the versions of at most so many secrets for mints that wait for a version. */
const OBSERVED_AT_MOST = 100;

export type MintWatchOptions = {
  readonly store: SeenStore;
  readonly readIntent: ReadIntent;
  readonly observer: {
    readonly evidence: (file: ChainFile) => ReadonlyMap<string, Evidence>;
    readonly changed: (
      names: readonly string[],
      by: { readonly isByOther: boolean },
    ) => Promise<void>;
  };
  readonly now: () => Date;
  /** Ends when a batch of rotations is complete. */
  readonly wait: () => Promise<void>;
  readonly notStored: (failure: Failure) => void;
};

/** Compares the log of mints with the chains. */
export type MintWatch = {
  /** Stores a mint. @returns whether it is news, so that an audit should report it */
  readonly minted: (mint: Mint) => Promise<boolean>;
  /** Decides which mints were stored as a version. @returns whether one was not */
  readonly round: () => Promise<boolean>;
  readonly seenIn: SeenIn;
};

export function mintWatchOf(options: MintWatchOptions): MintWatch {
  const { store, readIntent, observer, now, wait, notStored } = options;
  let isStoredRead = false;

  /** Reads what was stored before this process began, once. */
  async function begin(): Promise<void> {
    if (isStoredRead) return;
    isStoredRead = (await store.read()).ok;
  }

  async function add(file: ChainFile, more: Seen): Promise<void> {
    const added = await store.add(more, (seen) => ofFile(file, seen));
    if (!added.ok) notStored(added.error);
  }

  async function take(mints: readonly Mint[]): Promise<boolean> {
    await begin();
    const { file } = await readIntent();
    const { seen, isNews } = takeMints(file, mints, store.known());
    await add(file, seen);
    return isNews;
  }
  /** Each rotation makes an entry, so those of a second are stored together. */
  const takeLater = batchAfter<Mint>(wait, async (mints) => {
    await take(mints);
  });

  return {
    async minted(mint) {
      const { file } = await readIntent();
      if (chainsAbout(file, mint).length === 0) return false;
      if (chainsRotatedBy(file, mint).length === 0) return take([mint]);
      await takeLater(mint);
      return false;
    },

    async round() {
      await begin();
      const { file } = await readIntent();
      const overdue = overdueIn(store.known(), now());
      if (overdue.length === 0) return false;
      const secretOf = new Map(file.chains.map(({ name, secret }) => [name, secret]));
      const evidence = observer.evidence(file);
      const unseen = overdue.flatMap(({ at, chains }) =>
        chains.filter((name) => {
          const { observedAt, addedAt } = evidence.get(name) ?? {};
          const since = Date.parse(at) + COMMITTED_WITHIN_MS / 2;
          return !addedAt || !observedAt || observedAt.getTime() < since;
        }),
      );
      const names = [...new Set(unseen)]
        .slice(0, OBSERVED_AT_MOST)
        .flatMap((name) => secretOf.get(name) ?? [])
        .map(secretName);
      if (names.length > 0) await observer.changed(names, { isByOther: false });
      const observed = observer.evidence(file);
      const addedAt = (name: string) => observed.get(name)?.addedAt;
      const { seen, isNews } = decideOverdue(store.known(), addedAt, now());
      if (seen.decided.length > 0) await add(file, seen);
      return isNews;
    },

    async seenIn(file, snapshot) {
      const read = await store.read();
      isStoredRead ||= read.ok;
      const known = read.ok ? read.value : store.known();
      const seen = withHops(file, known, loggedIn(file, snapshot), now());
      const isNew = Object.keys(seen.hops).some((key) => known.hops[key] !== seen.hops[key]);
      if (read.ok && isNew) await add(file, { ...NOTHING_SEEN, hops: seen.hops });
      return read.ok ? { seen } : { seen, unread: read.error.detail };
    },
  };
}
