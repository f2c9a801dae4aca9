import type { Cloud } from '../../shared/cloud/cloud.ts';
import { secretName } from '../../shared/domain/audit/changed-resources.ts';
import type { ListedReport } from '../../shared/domain/audit/listed-report.ts';
import { evidenceInReport } from '../../shared/domain/audit/report-evidence.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import { digestOf } from '../../shared/domain/chain/definition.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { secretIdOf, secretIdsOf } from '../../shared/domain/chain/secret.ts';
import { type Evidence, isSound } from '../../shared/domain/rotation/ledger/evidence.ts';
import { SETTLED_AFTER_SECONDS } from '../../shared/domain/rotation/ledger/version.ts';
import { listSecrets } from '../../shared/operations/list-secrets.ts';
import {
  evidenceOn,
  nothingObserved,
  type ObservationMemory,
  type Observing,
  observeVersions,
} from '../../shared/operations/observe-secrets.ts';

export type ObserverOptions = {
  readonly cloud: Pick<Cloud, 'secrets' | 'policies'>;
  readonly readIntent: ReadIntent;
  /** The last report, if there is one. */
  readonly lastReport: () => Promise<ListedReport | undefined>;
  readonly now: () => Date;
  /** A deadline for one round. */
  readonly signal: () => AbortSignal;
};

/** Observes the secrets of the chains, independently of audits, and remembers the last observation of each. */
export type Observer = {
  readonly memory: ObservationMemory;
  /** Takes over what the last report has observed, if it is newer: another instance may have made the report. */
  readonly takeOver: () => Promise<void>;
  /** Observes the secrets whose next observation is due, in order, until the deadline. */
  readonly round: () => Promise<void>;
  /** Observes some secrets now, as an event has reported a change of them. `isByOther`: not by a rotation. */
  readonly changed: (
    names: readonly string[],
    by: { readonly isByOther: boolean },
  ) => Promise<void>;
  /** Whether a chain uses one of these secrets. */
  readonly isOfChain: (names: readonly string[]) => Promise<boolean>;
  /** Whether the last observation of one of these secrets shows no sound credential, or whether there is none. */
  readonly isConcernedAbout: (names: readonly string[]) => Promise<boolean>;
  /** The last observations, by chain. */
  readonly evidence: (file: ChainFile) => ReadonlyMap<string, Evidence>;
};

export function observerOf(options: ObserverOptions): Observer {
  const { cloud, readIntent, lastReport, now, signal } = options;
  const { secrets, policies } = cloud;
  const memory = nothingObserved();
  let begun: Promise<void> | undefined;

  async function takeOver(): Promise<void> {
    const report = await lastReport();
    if (!report) return;
    const { file } = await readIntent();
    const evidenceOf = evidenceInReport(report, file);
    for (const chain of file.chains) {
      const known = evidenceOf(chain.name);
      const digest = digestOf(chain, file.caller);
      if (known === undefined || known === 'unread') continue;
      const own = memory.evidence.get(digest);
      if (!own || own.observedAt < known.observedAt) memory.evidence.set(digest, known);
    }
  }
  const begin = () => {
    begun ??= takeOver();
    return begun;
  };

  async function observe(
    file: ChainFile,
    chains: ChainFile['chains'],
    how: Pick<Observing, 'all' | 'foreignAfterSeconds'>,
  ) {
    const until = signal();
    const listedAt = now();
    const { listed } = await listSecrets({ ...file, chains }, secrets, until);
    const wanted = { chains, memory, now, ...how };
    await observeVersions(file, { listed, listedAt }, policies, wanted, until);
  }

  const chainsWith = ({ chains }: ChainFile, names: readonly string[]) => {
    const touched = new Set(names);
    return chains.filter(({ secret }) => touched.has(secretName(secret)));
  };

  function forgetOld(file: ChainFile): void {
    const digests = new Set(file.chains.map((chain) => digestOf(chain, file.caller)));
    for (const digest of memory.evidence.keys()) {
      if (!digests.has(digest)) memory.evidence.delete(digest);
    }
    for (const [name, at] of memory.changedAt) {
      const ageSeconds = (now().getTime() - at.getTime()) / 1000;
      if (ageSeconds > 2 * SETTLED_AFTER_SECONDS) memory.changedAt.delete(name);
    }
  }

  return {
    memory,
    takeOver: () => {
      begun = takeOver();
      return begun;
    },
    async round() {
      await begin();
      const { file } = await readIntent();
      forgetOld(file);
      await observe(file, file.chains, { all: false });
    },
    async changed(names, { isByOther }) {
      await begin();
      const { file } = await readIntent();
      const chains = chainsWith(file, names);
      if (chains.length === 0) return;
      for (const { secret } of chains) memory.changedAt.set(secretName(secret), now());
      // If somebody else has changed the secret, a version on top of ours is theirs. If a rotation has just added it, the event of its commit follows.
      await observe(file, chains, { all: true, ...(isByOther && { foreignAfterSeconds: 0 }) });
    },
    async isOfChain(names) {
      const { file } = await readIntent();
      const ids = secretIdsOf(file.chains);
      return names.some((name) => ids.has(secretIdOf(name)));
    },
    async isConcernedAbout(names) {
      await begin();
      const { file } = await readIntent();
      const chains = chainsWith(file, names);
      const evidence = evidenceOn({ ...file, chains }, memory);
      return chains.some(({ name }) => {
        const known = evidence.get(name);
        return !known || !isSound(known);
      });
    },
    evidence: (file) => evidenceOn(file, memory),
  };
}
