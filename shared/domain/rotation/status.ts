import type { Unread } from '../basics/unread.ts';
import type { Chain, ChainFile, Kind } from '../chain/chain.ts';
import type { Source } from '../chain/edition.ts';
import { type Freshness, freshnessOf, isWanting, type Standing } from './freshness.ts';
import { type Holdings, unnamedIn } from './listed-secrets.ts';
import { ticksOf } from './tick-health.ts';

/** A chain's credential, for people and uptime checks. Times are RFC 3339. */
export type ChainStatus = {
  readonly name: string;
  readonly kind: Kind;
  readonly state: Standing | 'paused';
  readonly secret: string;
  /** The version that readers should use; null where there is none. */
  readonly version: number | null;
  readonly mintedAt: string | null;
  readonly expiresAt: string | null;
  /** When it is rotated next, or should have been. */
  readonly dueAt: string | null;
  /** What is wrong or out of the ordinary, in sentences. */
  readonly remarks: readonly string[];
};

/** What one list call for each project tells of an installation. */
export type Status = {
  readonly version: 1;
  readonly generatedAt: string;
  /** Ticks come, and every chain that is not paused has a fresh credential. What could not be read is not fresh. */
  readonly healthy: boolean;
  readonly chainFile: Source;
  readonly ticks: {
    readonly stopped: boolean;
    readonly lastRotationAt: string | null;
    /** The chains by which it is known that ticks have stopped. */
    readonly overdue: readonly string[];
  };
  readonly chains: readonly ChainStatus[];
  /** Secrets with our label that no chain names. */
  readonly removed: readonly string[];
  readonly unread: readonly Unread[];
  /** There where it is of a local cloud and not of Google. */
  readonly cloud?: 'LOCAL';
};

export function statusOf(
  file: ChainFile,
  source: Source,
  { holdings, unread }: { readonly holdings: Holdings; readonly unread: readonly Unread[] },
  now: Date,
): Status {
  const known = new Map(
    file.chains.map((chain) => [chain.name, freshnessOf(chain, file, holdings, now)]),
  );
  const ticks = ticksOf(known);
  return {
    version: 1,
    generatedAt: now.toISOString(),
    healthy: !ticks.stopped && unread.length === 0 && ![...known.values()].some(isWanting),
    chainFile: source,
    ticks: { ...ticks, lastRotationAt: ticks.lastRotationAt?.toISOString() ?? null },
    chains: file.chains.map((chain) => chainStatusOf(chain, known.get(chain.name) as Freshness)),
    removed: unnamedIn(holdings, file.chains).map(([name]) => name),
    unread,
  };
}

function chainStatusOf(chain: Chain, freshness: Freshness): ChainStatus {
  const { standing, pause, ledger, dueAt } = freshness;
  return {
    name: chain.name,
    kind: chain.credential.kind,
    state: pause ? 'paused' : standing,
    secret: chain.secret,
    version: ledger?.current ?? null,
    mintedAt: ledger?.mintedAt.toISOString() ?? null,
    expiresAt: ledger?.expiresAt.toISOString() ?? null,
    dueAt: dueAt?.toISOString() ?? null,
    remarks: remarksOn(chain, freshness),
  };
}

function remarksOn(chain: Chain, freshness: Freshness): string[] {
  const { standing, pause, ledger, dueAt, overdue, mismatches } = freshness;
  const remarks: string[] = [];
  if (pause) remarks.push(`paused until ${pause.until.toISOString()}: ${pause.reason}`);
  if (standing === 'missing') {
    remarks.push(`${chain.secret} is not there, or has no label managed-by=hopmint`);
  }
  if (standing === 'never') remarks.push('it never had a credential');
  if (standing === 'stale') remarks.push('its readers have no valid credential');
  if (standing === 'unknown') remarks.push('its secret could not be read');
  if (overdue) remarks.push(`it was due at ${dueAt?.toISOString()}, and is not rotated`);
  if (standing === 'late' && !overdue) {
    remarks.push(`less than ${chain.minValiditySeconds} s are left, which a reader may expect`);
  }
  if (ledger?.unproven) remarks.push('stored unproven: the prover did not answer');
  return [...remarks, ...mismatches.map(({ detail }) => detail)];
}
