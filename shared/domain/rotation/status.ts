import { formatDuration } from '../basics/duration.ts';
import type { Unread } from '../basics/unread.ts';
import type { Chain, ChainFile, Kind } from '../chain/chain.ts';
import type { ChainFileVersion } from '../chain/chain-file-version.ts';
import { versionsOf } from '../chain/secret.ts';
import {
  type CredentialState,
  type Freshness,
  freshnessOf,
  needsAttention,
  timeLeft,
  uncommittedVersion,
} from './freshness.ts';
import { type EvidenceOf, NO_EVIDENCE } from './ledger/evidence.ts';
import {
  type ListedSecrets,
  projectsOf,
  secretListOf,
  secretsWithoutChain,
} from './ledger/listed-secrets.ts';
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
  /** When the versions of its secret were last observed; null if they were not. */
  readonly observedAt: string | null;
  /** When Google deletes its secret; null if it does not. */
  readonly secretExpiresAt: string | null;
  /** It is not paused, and has no fresh credential or will soon have no secret. */
  readonly needsAttention: boolean;
  /** Sentences about anything wrong or unusual. */
  readonly remarks: readonly string[];
};

export type BrokenHop = {
  readonly chain: string;
  /** Counts from 1: the hop from the caller. */
  readonly hop: number;
  readonly from: string;
  readonly to: string;
  readonly state: string;
};

/** The audit whose observations a status uses. */
export type LastAudit = {
  /** Null if there is no report. */
  readonly generatedAt: string | null;
  /** There is no report, or it is so old that audits seem to have stopped. */
  readonly isOld: boolean;
  readonly brokenHops: readonly BrokenHop[];
};

/** What was observed before a status is made. */
export type Observations = {
  readonly evidenceOf?: EvidenceOf;
  /** Absent if the observations do not come from an audit. */
  readonly audit?: LastAudit;
};

/** An audit runs at least once an hour. The alert audit-incomplete has the same limit. */
const REPORT_IS_OLD_AFTER_MS = 2 * 3_600_000;

/** @param report undefined if there is none */
export const lastAuditOf = (
  report: { readonly generatedAt: string; readonly brokenHops: readonly BrokenHop[] } | undefined,
  now: Date,
): LastAudit => ({
  generatedAt: report?.generatedAt ?? null,
  isOld: !report || now.getTime() - Date.parse(report.generatedAt) > REPORT_IS_OLD_AFTER_MS,
  brokenHops: report?.brokenHops ?? [],
});

/** The state of an installation, from one list call for each project and from the last observations. */
export type Status = {
  readonly version: 1;
  readonly generatedAt: string;
  /** Ticks and audits continue, every secret was read, and every chain without a pause has a fresh credential. */
  readonly healthy: boolean;
  readonly chainFile: ChainFileVersion;
  readonly ticks: {
    readonly stopped: boolean;
    readonly lastRotationAt: string | null;
    /** The chains that show that ticks have stopped. */
    readonly overdue: readonly string[];
  };
  readonly chains: readonly ChainStatus[];
  /** Absent if this command observed the secrets by itself. */
  readonly audit?: LastAudit;
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
  { evidenceOf = NO_EVIDENCE, audit }: Observations = {},
): Status {
  const known = new Map(
    file.chains.map((chain) => [chain.name, freshnessOf(chain, file, listed, now, evidenceOf)]),
  );
  const ticks = tickHealthOf(known);
  const chains = file.chains.map((chain) =>
    chainStatusOf(chain, known.get(chain.name) as Freshness, now),
  );
  return {
    version: 1,
    generatedAt: now.toISOString(),
    healthy:
      !ticks.stopped &&
      !audit?.isOld &&
      unread.length === 0 &&
      !chains.some((chain) => chain.needsAttention),
    chainFile: version,
    ticks: { ...ticks, lastRotationAt: ticks.lastRotationAt?.toISOString() ?? null },
    chains,
    ...(audit && { audit }),
    removed: secretsWithoutChain(listed, file.chains).map(([name]) => name),
    unread,
  };
}

/** The status of some chains. Ticks are for every chain, so a stop of the ticks counts here too. */
export function statusIn(status: Status, chosen: readonly Chain[]): Status {
  const names = new Set(chosen.map(({ name }) => name));
  const lists = new Set([
    ...projectsOf(chosen).map(secretListOf),
    ...chosen.map(({ secret }) => versionsOf(secret)),
  ]);
  const chains = status.chains.filter(({ name }) => names.has(name));
  const unread = status.unread.filter(({ resource }) => lists.has(resource));
  const audit = status.audit && {
    ...status.audit,
    brokenHops: status.audit.brokenHops.filter(({ chain }) => names.has(chain)),
  };
  return {
    ...status,
    chains,
    unread,
    ...(audit && { audit }),
    healthy:
      !chains.some((chain) => chain.needsAttention) &&
      unread.length === 0 &&
      !status.ticks.stopped &&
      !audit?.isOld,
  };
}

function chainStatusOf(chain: Chain, freshness: Freshness, now: Date): ChainStatus {
  const { state, pause, ledger, dueAt, evidence } = freshness;
  return {
    name: chain.name,
    kind: chain.credential.kind,
    state: pause ? 'paused' : state,
    secret: chain.secret,
    version: ledger?.current ?? null,
    mintedAt: ledger?.mintedAt.toISOString() ?? null,
    expiresAt: ledger?.expiresAt.toISOString() ?? null,
    dueAt: dueAt?.toISOString() ?? null,
    observedAt: evidence?.observedAt.toISOString() ?? null,
    secretExpiresAt: freshness.secretExpiresAt?.toISOString() ?? null,
    needsAttention: needsAttention(freshness, now),
    remarks: remarksOn(chain, freshness, now),
  };
}

function remarksOn(chain: Chain, freshness: Freshness, now: Date): string[] {
  const { state, pause, ledger, dueAt, overdue, mismatches, evidence, doubt } = freshness;
  const remarks: string[] = [];
  if (pause) remarks.push(`paused until ${pause.until.toISOString()}: ${pause.reason}`);
  if (state === 'missing') {
    remarks.push(`${chain.secret} does not exist or has no label managed-by=hopmint`);
  }
  if (state === 'never') remarks.push('it has never had a credential');
  if (state === 'stale') remarks.push('its readers have no valid credential');
  if (state === 'unknown') remarks.push(doubt ?? 'its secret could not be read');
  if (state === 'unusable') remarks.push(...(evidence?.unusable ?? []));
  else {
    const uncommitted = uncommittedVersion(freshness);
    if (uncommitted !== undefined && uncommitted !== doubt) remarks.push(uncommitted);
  }
  if (freshness.secretExpiresAt) {
    const at = freshness.secretExpiresAt.toISOString();
    remarks.push(`Google will delete its secret at ${at}, in ${timeLeft(freshness, now)}`);
  }
  if (freshness.destroyDelaySeconds) {
    const delay = formatDuration(freshness.destroyDelaySeconds);
    remarks.push(`Google keeps each destroyed version for ${delay}, disabled, and charges for it`);
  }
  if (overdue) remarks.push(`it was due at ${dueAt?.toISOString()} and has not been rotated`);
  if (state === 'late' && !overdue) {
    remarks.push(
      `it has less than ${chain.minValiditySeconds} s left, the least that a reader may expect`,
    );
  }
  if (ledger?.unproven) remarks.push('stored without a proof: the prover did not answer');
  return [
    ...remarks,
    ...mismatches
      .filter(({ detail }) => !remarks.some((one) => detail.startsWith(one)))
      .map(({ detail }) => detail),
  ];
}
