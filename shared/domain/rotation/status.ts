import type { Unread } from '../basics/unread.ts';
import type { Chain, ChainFile, Kind } from '../chain/chain.ts';
import type { ChainFileVersion } from '../chain/chain-file-version.ts';
import { type CredentialState, type Freshness, freshnessOf, needsAttention } from './freshness.ts';
import {
  type ListedSecrets,
  projectsOf,
  secretListOf,
  secretsWithoutChain,
} from './listed-secrets.ts';
import { tickHealthOf } from './tick-health.ts';

/** The state of a chain's credential, for people and uptime checks. Times are RFC 3339. */
export type ChainStatus = {
  readonly name: string;
  readonly kind: Kind;
  readonly state: CredentialState | 'paused';
  readonly secret: string;
  /** The version that readers should use; null if there is none. */
  readonly version: number | null;
  readonly mintedAt: string | null;
  readonly expiresAt: string | null;
  /** When the next rotation is due; a time in the past if it is late. */
  readonly dueAt: string | null;
  /** Sentences about anything wrong or unusual. */
  readonly remarks: readonly string[];
};

/** The state of an installation, from one list call for each project. */
export type Status = {
  readonly version: 1;
  readonly generatedAt: string;
  /** Ticks arrive, every secret was read, and every chain without a pause has a fresh credential. */
  readonly healthy: boolean;
  readonly chainFile: ChainFileVersion;
  readonly ticks: {
    readonly stopped: boolean;
    readonly lastRotationAt: string | null;
    /** The chains that show that ticks have stopped. */
    readonly overdue: readonly string[];
  };
  readonly chains: readonly ChainStatus[];
  /** The secrets with our label that no chain names. */
  readonly removed: readonly string[];
  readonly unread: readonly Unread[];
  /** Present if this is the state of a local cloud. */
  readonly cloud?: 'LOCAL';
};

export function statusOf(
  file: ChainFile,
  version: ChainFileVersion,
  { listed, unread }: { readonly listed: ListedSecrets; readonly unread: readonly Unread[] },
  now: Date,
): Status {
  const known = new Map(
    file.chains.map((chain) => [chain.name, freshnessOf(chain, file, listed, now)]),
  );
  const ticks = tickHealthOf(known);
  return {
    version: 1,
    generatedAt: now.toISOString(),
    healthy: !ticks.stopped && unread.length === 0 && ![...known.values()].some(needsAttention),
    chainFile: version,
    ticks: { ...ticks, lastRotationAt: ticks.lastRotationAt?.toISOString() ?? null },
    chains: file.chains.map((chain) => chainStatusOf(chain, known.get(chain.name) as Freshness)),
    removed: secretsWithoutChain(listed, file.chains).map(([name]) => name),
    unread,
  };
}

/** The status of some chains. Ticks are for every chain, so a stop of the ticks counts here too. */
export function statusIn(status: Status, chosen: readonly Chain[]): Status {
  const names = new Set(chosen.map(({ name }) => name));
  const lists = new Set(projectsOf(chosen).map(secretListOf));
  const chains = status.chains.filter(({ name }) => names.has(name));
  const unread = status.unread.filter(({ resource }) => lists.has(resource));
  const isWell = chains.every(({ state }) => state === 'fresh' || state === 'paused');
  return {
    ...status,
    chains,
    unread,
    healthy: isWell && unread.length === 0 && !status.ticks.stopped,
  };
}

function chainStatusOf(chain: Chain, freshness: Freshness): ChainStatus {
  const { state, pause, ledger, dueAt } = freshness;
  return {
    name: chain.name,
    kind: chain.credential.kind,
    state: pause ? 'paused' : state,
    secret: chain.secret,
    version: ledger?.current ?? null,
    mintedAt: ledger?.mintedAt.toISOString() ?? null,
    expiresAt: ledger?.expiresAt.toISOString() ?? null,
    dueAt: dueAt?.toISOString() ?? null,
    remarks: remarksOn(chain, freshness),
  };
}

function remarksOn(chain: Chain, freshness: Freshness): string[] {
  const { state, pause, ledger, dueAt, overdue, mismatches } = freshness;
  const remarks: string[] = [];
  if (pause) remarks.push(`paused until ${pause.until.toISOString()}: ${pause.reason}`);
  if (state === 'missing') {
    remarks.push(`${chain.secret} does not exist or has no label managed-by=hopmint`);
  }
  if (state === 'never') remarks.push('it has never had a credential');
  if (state === 'stale') remarks.push('its readers have no valid credential');
  if (state === 'unknown') remarks.push('its secret could not be read');
  if (overdue) remarks.push(`it was due at ${dueAt?.toISOString()} and has not been rotated`);
  if (state === 'late' && !overdue) {
    remarks.push(
      `it has less than ${chain.minValiditySeconds} s left, the least that a reader may expect`,
    );
  }
  if (ledger?.unproven) remarks.push('stored without a proof: the prover did not answer');
  return [...remarks, ...mismatches.map(({ detail }) => detail)];
}
