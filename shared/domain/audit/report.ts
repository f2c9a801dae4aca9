import { finish, type Steps } from '../basics/steps.ts';
import type { Unread } from '../basics/unread.ts';
import { type Chain, type ChainFile, type ChainPosition, isPaused } from '../chain/chain.ts';
import type { ChainFileVersion } from '../chain/chain-file-version.ts';
import type { Hop } from '../chain/hop.ts';
import type { HopState } from '../iam/evaluate-hop.ts';
import type { Snapshot } from '../iam/snapshot.ts';
import { type Freshness, freshnessOf } from '../rotation/freshness.ts';
import { evidenceIn, type ObservedSecrets } from '../rotation/ledger/observed-secrets.ts';
import { withTargets } from '../rotation/ledger/target-now.ts';
import { powersIn } from './access/certain-gains.ts';
import { type Access, accessSteps } from './access/find-access.ts';
import { type FurtherChains, furtherChains } from './access/further-chains.ts';
import { type Reach, reachIn } from './access/reach.ts';
import { accessFindings } from './access-findings/access-findings.ts';
import {
  administratorFindings,
  type FirstAdministrators,
} from './access-findings/administrator-findings.ts';
import { groupFindings } from './access-findings/group-findings.ts';
import { keyFindings } from './access-findings/key-findings.ts';
import { workloadFindings } from './access-findings/workload-findings.ts';
import { type Basis, basisOf } from './basis.ts';
import { accountFindings } from './chains/account-findings.ts';
import { chainFindings } from './chains/chain-findings.ts';
import { credentialFindings } from './chains/credential-findings.ts';
import { readerFindings } from './chains/reader-findings.ts';
import { notCoveredBy, undecidedIn } from './coverage.ts';
import { declaredAdministrators } from './finding/declared-administrators.ts';
import { shownName, targetNow } from './finding/expected-access.ts';
import { bySeverity, countsAgainst, type Finding } from './finding/finding.ts';
import { withoutRefusedFixes } from './finding/refused-fixes.ts';
import { orderFinding, reversedHops } from './hops/delegate-order.ts';
import { type EvaluatedHop, evaluateHops } from './hops/evaluate-hops.ts';
import { hopFindings } from './hops/hop-findings.ts';
import { type ObservedCredential, observedCredentialOf } from './observed-credential.ts';
import { uncomparedMints } from './seen/mint-log.ts';
import { seenFindings } from './seen/seen-findings.ts';
import type { Seen } from './seen/seen-state.ts';

/** If several states apply to a chain, it has the first of them in this list. */
export const CHAIN_STATES = [
  'paused',
  /** Nothing can be minted: a hop is missing or denied, or the lifetime is not allowed. */
  'broken',
  /** There is no valid credential. */
  'stale',
  /** Readers get nothing that they can use, although the credential has not expired. */
  'unusable',
  /** The credential should have been rotated, or is valid for less time than a reader may expect. */
  'late',
  /** A hop cannot be decided, or the ledger was not read or is not believed. */
  'unknown',
  /** A grant of a hop ends, or its condition does not hold at each mint of the coming week. */
  'expiring',
  'ok',
] as const;
export type ChainState = (typeof CHAIN_STATES)[number];

export type HopReport = {
  readonly from: string;
  readonly to: string;
  readonly permission: string;
  readonly state: HopState;
};

export type ChainReport = {
  readonly name: string;
  /** The file and line of the chain; `null` if unknown. */
  readonly source: ChainPosition | null;
  readonly state: ChainState;
  /** RFC 3339, from the ledger; `null` if there is no ledger. */
  readonly expiresAt: string | null;
  /** What was observed of its secret; `null` if nothing was. */
  readonly observed: ObservedCredential | null;
  /** In order from the caller. */
  readonly hops: readonly HopReport[];
  /** Everyone except its own accounts who can get its credential, shortest path first. A report has at most 100 of them for a chain. */
  readonly reach: readonly Reach[];
  /** How many there are. */
  readonly reachCount: number;
};

/** The result of an audit, before it is formatted. */
export type Report = {
  readonly version: 1;
  readonly generatedAt: string;
  /** Every hop is `ok`, no finding is `low` or higher, and every resource was read. */
  readonly clean: boolean;
  readonly chainFile: ChainFileVersion;
  readonly chains: readonly ChainReport[];
  /** All of them, the most severe first. */
  readonly findings: readonly Finding[];
  /** Only a `ListedReport` leaves findings out. */
  readonly leftOut?: never;
  /** Not part of a `ListedReport`: only alerts need it. */
  readonly basis: Basis;
  readonly coverage: {
    readonly read: readonly string[];
    readonly unread: readonly Unread[];
    /** What policies do not show, so that no audit of policies can check it. It does not affect `clean`. */
    readonly notCovered: readonly Unread[];
  };
};

/**
 * Makes the report on a chain file from a snapshot of IAM. Without `observed` it says nothing about credentials.
 *
 * @param known the result of `accessOf` for the same file and snapshot, if the caller has it already
 * @param firstAdministrators what an earlier audit stored about administrators; without it, nobody is new
 * @param seen the mints that were seen; without it, nobody compares them with the chains
 */
export const reportOf = (...given: Parameters<typeof reportSteps>): Report =>
  finish(reportSteps(...given));

/** The same in steps. */
export function* reportSteps(
  file: ChainFile,
  version: ChainFileVersion,
  snapshot: Snapshot,
  observed: ObservedSecrets | undefined,
  now: Date,
  known?: Access,
  firstAdministrators: FirstAdministrators = {},
  seen?: Seen,
): Steps<Report> {
  const access = known ?? (yield* accessSteps(file, snapshot, now));
  const hops = yield* evaluateHops(file, snapshot, now);
  const byChain = Map.groupBy(hops, ({ chain }) => chain);
  const turned = new Map<string, { readonly chain: Chain; readonly reversed: readonly Hop[] }>();
  for (const chain of file.chains) {
    yield;
    const reversed = reversedHops(chain, file, byChain.get(chain.name) ?? [], snapshot, now);
    if (reversed) turned.set(chain.name, { chain, reversed });
  }
  yield;
  const otherOrder = [...turned.values()].flatMap(({ reversed }) => reversed);
  const isBroken = ({ name }: Chain) =>
    (byChain.get(name) ?? []).some(({ evaluation: { state } }) =>
      ['missing', 'denied', 'unknown'].includes(state),
    );
  const powers = yield* powersIn(file, access.assets, snapshot, now);
  const reachOf = yield* reachIn(file, access, snapshot, now, isBroken, powers);
  const evidenceOf = observed
    ? withTargets(evidenceIn(file, observed), file, ({ target }) => targetNow(target, snapshot))
    : undefined;
  const isDeclared = declaredAdministrators(file, snapshot);
  const ofHops: Finding[] = [];
  for (const hop of hops) {
    yield;
    const isTurned = turned.has(hop.chain);
    ofHops.push(...hopFindings(hop).filter(({ kind }) => kind !== 'hop-missing' || !isTurned));
  }
  const ofAccess = [
    ...(yield* accessFindings(access, file, hops, otherOrder, snapshot, isDeclared, powers)),
    ...(yield* administratorFindings(access.holders, file, isDeclared, firstAdministrators, now)),
    ...(yield* groupFindings(access, file, snapshot, isDeclared, now)),
    ...keyFindings(access.assets, snapshot),
  ];
  const further = yield* furtherChains(file, access, snapshot);
  const found = [
    ...accountFindings(file, snapshot),
    ...ofHops,
    ...[...turned.values()].map(({ chain }) => orderFinding(chain, snapshot)),
    ...(observed ? yield* credentialFindings(file, observed, now, evidenceOf) : []),
    ...(yield* chainFindings(file, snapshot, now)),
    ...(yield* readerFindings(file, snapshot, now)),
    ...ofAccess.map((finding) => withChains(finding, further)),
    ...workloadFindings(access.assets, snapshot),
    ...(seen ? yield* seenFindings(file, seen, snapshot, now) : []),
  ].sort(bySeverity);
  const findings = withoutRefusedFixes(found, snapshot);
  const basis = yield* basisOf(findings, file, access, snapshot);
  const refused = new Set(
    findings.flatMap(({ kind, chain }) => (kind === 'lifetime-not-allowed' ? [chain] : [])),
  );
  const unread = [...snapshot.unread, ...(yield* undecidedIn(hops, snapshot))];
  yield;
  const chains: ChainReport[] = [];
  const reachMax = reachMaxOf(file.chains.length);
  for (const chain of file.chains) {
    yield;
    const freshness = observed && freshnessOf(chain, file, observed, now, evidenceOf);
    const evaluated = byChain.get(chain.name) ?? [];
    const reach = yield* reachOf(chain);
    chains.push({
      name: chain.name,
      source: chain.source ?? null,
      state: stateOf(chain, file, evaluated, freshness, refused.has(chain.name), now),
      expiresAt: freshness?.ledger?.expiresAt.toISOString() ?? null,
      observed: freshness ? observedCredentialOf(freshness) : null,
      hops: evaluated.map(({ hop, evaluation }) => ({
        from: shownName(snapshot, hop.from),
        to: shownName(snapshot, hop.to),
        permission: hop.permission,
        state: evaluation.state,
      })),
      reach: reach.slice(0, reachMax),
      reachCount: reach.length,
    });
  }
  return {
    version: 1,
    generatedAt: now.toISOString(),
    clean:
      unread.length === 0 &&
      !findings.some(countsAgainst) &&
      hops.every(({ evaluation }) => evaluation.state === 'ok'),
    chainFile: version,
    chains,
    findings,
    basis,
    coverage: {
      read: snapshot.read,
      unread,
      notCovered: [
        ...notCoveredBy(access, snapshot),
        ...uncomparedMints(file, snapshot, seen, now),
      ],
    },
  };
}

/** Adds the chains that a member affects by becoming one of the accounts of the finding. */
function withChains(finding: Finding, further: FurtherChains): Finding {
  const more = (finding.evidence.accounts ?? []).flatMap((email) => [
    ...(further.get(email) ?? []),
  ]);
  return more.length === 0
    ? finding
    : { ...finding, chains: [...new Set([...finding.chains, ...more])] };
}

/** A policy can give any number of members access to every chain. So a report has about 2,000 of them, and each chain at least three. */
const reachMaxOf = (chains: number): number =>
  Math.max(3, Math.min(100, Math.floor(2000 / chains)));

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
    case 'unusable':
      return 'unusable';
    case 'late':
      return 'late';
    case 'unknown':
      return 'unknown';
    case 'fresh':
    case undefined:
      if (states.has('unknown')) return 'unknown';
      return states.has('expiring') || states.has('conditional') ? 'expiring' : 'ok';
  }
}
