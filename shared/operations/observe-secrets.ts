import pLimit from 'p-limit';
import type { Policies } from '../cloud/policies.ts';
import { secretName } from '../domain/audit/changed-resources.ts';
import type { Unread } from '../domain/basics/unread.ts';
import type { Chain, ChainFile } from '../domain/chain/chain.ts';
import { digestOf } from '../domain/chain/definition.ts';
import { projectOfSecret, versionsOf } from '../domain/chain/secret.ts';
import type { Evidence } from '../domain/rotation/ledger/evidence.ts';
import { currentIn } from '../domain/rotation/ledger/ledger.ts';
import type { ListedSecret, ListedSecrets } from '../domain/rotation/ledger/listed-secrets.ts';
import {
  OBSERVED_WITHIN_SECONDS,
  observationOrder,
} from '../domain/rotation/ledger/observation-order.ts';
import {
  type ObservedSecrets,
  observationOf,
  plannedRotationsOf,
} from '../domain/rotation/ledger/observed-secrets.ts';

/** How many reads of one project's secrets run at once. */
const AT_ONCE = 20;

/** What earlier observations have found. `observeVersions` adds to it. */
export type ObservationMemory = {
  /** The last observation of each chain's secret, by the digest of the chain. */
  readonly evidence: Map<string, Evidence>;
  /** When an event last reported a change of a secret, by `secretName`. */
  readonly changedAt: Map<string, Date>;
};

export const nothingObserved = (): ObservationMemory => ({
  evidence: new Map(),
  changedAt: new Map(),
});

/** The observations of a file's chains, by chain. */
export const evidenceOn = (
  { caller, chains }: Pick<ChainFile, 'caller' | 'chains'>,
  { evidence }: ObservationMemory,
): ReadonlyMap<string, Evidence> =>
  new Map(
    chains.flatMap((chain) => {
      const known = evidence.get(digestOf(chain, caller));
      return known ? [[chain.name, known] as const] : [];
    }),
  );

export type Observing = {
  /** The chains whose secrets are observed. */
  readonly chains: readonly Chain[];
  /** Also those that were observed a short time ago. */
  readonly all: boolean;
  readonly memory: ObservationMemory;
  readonly now: () => Date;
  /** A version of this age on top of ours is not one that a rotation is about to commit. By default two minutes. */
  readonly foreignAfterSeconds?: number;
};

type Existing = { readonly chain: Chain; readonly secret: ListedSecret; readonly digest: string };

/**
 * Lists the newest versions of secrets, in the order of `observationOrder`, until `signal` ends. Then the next call goes on. `unread` has what
 * could not be read, and what was last observed more than 15 minutes ago.
 *
 * @param listed the secrets, listed after `listedAt`
 * @param policies reads versions at a pace that leaves room for rotations
 */
export async function observeVersions(
  file: ChainFile,
  { listed, listedAt }: { readonly listed: ListedSecrets; readonly listedAt: Date },
  policies: Pick<Policies, 'secretVersions' | 'leaveRoomFor'>,
  { chains, all, memory, now, foreignAfterSeconds }: Observing,
  signal: AbortSignal,
): Promise<{ observed: ObservedSecrets; unread: Unread[] }> {
  policies.leaveRoomFor(plannedRotationsOf(file));
  const existing = new Map(
    chains.flatMap((chain) => {
      const secret = listed.secrets.get(chain.secret);
      const digest = digestOf(chain, file.caller);
      return secret ? [[chain.name, { chain, secret, digest }] as const] : [];
    }),
  );
  const failed = new Map<string, string>();
  const observe = async ({ chain, secret, digest }: Existing) => {
    if (signal.aborted) return;
    const current = currentIn(secret.annotations);
    const result = await policies.secretVersions(chain.secret, current, signal);
    if (result.ok) {
      const { value } = result;
      const { caller } = file;
      const before = memory.evidence.get(digest);
      memory.evidence.set(
        digest,
        observationOf(chain, caller, secret, value, listedAt, foreignAfterSeconds, before),
      );
    } else if (!signal.aborted) {
      const { detail, permission } = result.error;
      failed.set(
        chain.name,
        permission === undefined ? detail : `${detail}, without ${permission}`,
      );
    }
  };

  const known = [...existing.values()].map(({ chain, secret, digest }) => ({
    chain: chain.name,
    current: currentIn(secret.annotations),
    evidence: memory.evidence.get(digest),
    changedAt: memory.changedAt.get(secretName(chain.secret)),
  }));
  const ordered = observationOrder(known, now(), { all }).flatMap(
    (name) => existing.get(name) ?? [],
  );
  await Promise.all(
    [...Map.groupBy(ordered, ({ chain }) => projectOfSecret(chain.secret)).values()].map(
      (ofProject) => pLimit(AT_ONCE).map(ofProject, observe),
    ),
  );
  const at = now();
  const unread = [...existing.values()].flatMap(({ chain, digest }) => {
    const reason = unreadReason(memory.evidence.get(digest), failed.get(chain.name), at);
    return reason === undefined ? [] : [{ resource: versionsOf(chain.secret), reason }];
  });
  return { observed: { ...listed, evidence: evidenceOn(file, memory) }, unread };
}

function unreadReason(
  evidence: Evidence | undefined,
  failure: string | undefined,
  now: Date,
): string | undefined {
  if (!evidence) return failure ?? 'the time for observations was over';
  const ageSeconds = (now.getTime() - evidence.observedAt.getTime()) / 1000;
  const since = `last observed at ${evidence.observedAt.toISOString()}`;
  if (failure !== undefined) return `${failure}: ${since}`;
  return ageSeconds > OBSERVED_WITHIN_SECONDS
    ? `${since}, ${Math.floor(ageSeconds / 60)} minutes ago: the read quota of its project allows no more`
    : undefined;
}
