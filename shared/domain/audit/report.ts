import type { Unread } from '../basics/unread.ts';
import { nameOf } from '../chain/account.ts';
import { type Chain, type ChainFile, type ChainPosition, isPaused } from '../chain/chain.ts';
import type { ChainFileVersion } from '../chain/chain-file-version.ts';
import type { HopState } from '../iam/evaluate-hop.ts';
import type { Snapshot } from '../iam/snapshot.ts';
import { type Freshness, freshnessOf } from '../rotation/freshness.ts';
import type { ListedSecrets } from '../rotation/listed-secrets.ts';
import { accessOf } from './access/find-access.ts';
import { type Reach, reachIn } from './access/reach.ts';
import { accessFindings } from './access-findings/access-findings.ts';
import { keyFindings } from './access-findings/key-findings.ts';
import { accountFindings } from './chains/account-findings.ts';
import { chainFindings } from './chains/chain-findings.ts';
import { credentialFindings } from './chains/credential-findings.ts';
import { notCoveredBy, undecidedIn } from './coverage.ts';
import { bySeverity, countsAgainst, type Finding } from './finding/finding.ts';
import { type EvaluatedHop, evaluateHops } from './hops/evaluate-hops.ts';
import { hopFindings } from './hops/hop-findings.ts';

/**
 * `broken`: a hop is missing or denied, or so long a life is not allowed: nothing can be minted. `stale`: there is no valid credential. `late`: it should have been
 * rotated, or less is left of it than a reader may expect. `unknown`: a hop cannot be decided, or the ledger was not read. Where several
 * hold, the first of paused, broken, stale, late, unknown, expiring is told.
 */
export type ChainState = 'ok' | 'expiring' | 'unknown' | 'late' | 'stale' | 'broken' | 'paused';

export type HopReport = {
  readonly from: string;
  readonly to: string;
  readonly permission: string;
  readonly state: HopState;
};

export type ChainReport = {
  readonly name: string;
  /** Where people wrote it. Null where that is not known. */
  readonly source: ChainPosition | null;
  readonly state: ChainState;
  /** RFC 3339, from the ledger; null where there is none. */
  readonly expiresAt: string | null;
  /** In order from the caller. */
  readonly hops: readonly HopReport[];
  /** Everyone beyond its own hops who can get at its credential, shortest path first. */
  readonly reach: readonly Reach[];
};

/** What an audit answers, in any format. */
export type Report = {
  readonly version: 1;
  readonly generatedAt: string;
  /** Every hop is ok, nothing counts against the chains, and nothing was left unread. */
  readonly clean: boolean;
  readonly chainFile: ChainFileVersion;
  readonly chains: readonly ChainReport[];
  readonly findings: readonly Finding[];
  readonly coverage: {
    readonly read: readonly string[];
    readonly unread: readonly Unread[];
    /** What policies do not show, so that no audit of policies can check it. It does not affect `clean`. */
    readonly notCovered: readonly Unread[];
  };
};

/**
 * The report on `file`, from what was read of IAM. Without `listed` nothing is said of freshness.
 *
 * @param access as the same snapshot gives it, where it is known already
 */
export function reportOf(
  file: ChainFile,
  version: ChainFileVersion,
  snapshot: Snapshot,
  listed: ListedSecrets | undefined,
  now: Date,
  access = accessOf(file, snapshot, now),
): Report {
  const hops = evaluateHops(file, snapshot, now);
  const byChain = Map.groupBy(hops, ({ chain }) => chain);
  const reachOf = reachIn(file, access, snapshot, now);
  const findings = [
    ...accountFindings(file, snapshot),
    ...hops.flatMap(hopFindings),
    ...(listed ? credentialFindings(file, listed, now) : []),
    ...chainFindings(file, snapshot, now),
    ...accessFindings(access, file, hops, snapshot),
    ...keyFindings(access.assets, snapshot),
  ].sort(bySeverity);
  const refused = new Set(
    findings.flatMap(({ kind, chain }) => (kind === 'lifetime-not-allowed' ? [chain] : [])),
  );
  const unread = [...snapshot.unread, ...undecidedIn(hops, snapshot)];
  return {
    version: 1,
    generatedAt: now.toISOString(),
    clean:
      unread.length === 0 &&
      !findings.some(countsAgainst) &&
      hops.every(({ evaluation }) => evaluation.state === 'ok'),
    chainFile: version,
    chains: file.chains.map((chain) => {
      const freshness = listed && freshnessOf(chain, file, listed, now);
      const evaluated = byChain.get(chain.name) ?? [];
      return {
        name: chain.name,
        source: chain.source ?? null,
        state: stateOf(chain, file, evaluated, freshness, refused.has(chain.name), now),
        expiresAt: freshness?.ledger?.expiresAt.toISOString() ?? null,
        hops: evaluated.map(({ hop, evaluation }) => ({
          from: nameOf(hop.from),
          to: nameOf(hop.to),
          permission: hop.permission,
          state: evaluation.state,
        })),
        reach: reachOf(chain),
      };
    }),
    findings,
    coverage: { read: snapshot.read, unread, notCovered: notCoveredBy(access) },
  };
}

function stateOf(
  chain: Chain,
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  freshness: Freshness | undefined,
  isRefused: boolean,
  now: Date,
): ChainState {
  const states = new Set(hops.map(({ evaluation }) => evaluation.state));
  if (isPaused(chain, file, now)) return 'paused';
  if (states.has('missing') || states.has('denied') || isRefused) return 'broken';
  switch (freshness?.state) {
    case 'stale':
    case 'never':
    case 'missing':
      return 'stale';
    case 'late':
      return 'late';
    case 'unknown':
      return 'unknown';
    case 'fresh':
    case undefined:
      if (states.has('unknown')) return 'unknown';
      return states.has('expiring') ? 'expiring' : 'ok';
  }
}
