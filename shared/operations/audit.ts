import type { Cloud } from '../cloud/cloud.ts';
import type { Policies } from '../cloud/policies.ts';
import type { FirstAdministrators } from '../domain/audit/access-findings/administrator-findings.ts';
import { type Report, reportSteps } from '../domain/audit/report.ts';
import { MINT_LOG } from '../domain/audit/seen/mint-log.ts';
import type { Seen } from '../domain/audit/seen/seen-state.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import type { ChainFileVersion } from '../domain/chain/chain-file-version.ts';
import type { Snapshot } from '../domain/iam/snapshot.ts';
import { inSteps } from './in-steps.ts';
import { listSecrets } from './list-secrets.ts';
import { nothingObserved, type ObservationMemory, observeVersions } from './observe-secrets.ts';
import { prepareConditions } from './prepare-conditions.ts';
import { readPolicies } from './read-policies.ts';

/** What was seen of mints until now. `unread`: why that may be less than all. */
export type SeenIn = (
  file: ChainFile,
  snapshot: Snapshot,
) => Promise<{ readonly seen: Seen; readonly unread?: string }>;

/** What an audit needs besides the chain file. */
export type AuditOptions = {
  readonly policies: Policies;
  /** Without it, the report says nothing about credentials. */
  readonly secrets?: Pick<Cloud['secrets'], 'secretsIn'>;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Ends the time for observations, so that the rest of the audit has some. By default `signal`. */
  readonly observing?: AbortSignal;
  /** What earlier observations have found. By default nothing. */
  readonly memory?: ObservationMemory;
  /** The administrators of each container when an audit first read it. By default nothing. */
  readonly firstAdministrators?: FirstAdministrators;
  /** The mints that were seen. By default, nobody looks at mints. */
  readonly seenIn?: SeenIn;
  /** Whether it also observes secrets that were observed a short time ago. */
  readonly isWhole?: boolean;
};

/** Audits every hop of every chain: which hops work, who else has access, and what could not be read. */
export async function audit(
  file: ChainFile,
  version: ChainFileVersion,
  {
    policies,
    secrets,
    now,
    signal,
    observing = signal,
    memory = nothingObserved(),
    isWhole = true,
    firstAdministrators = {},
    seenIn,
  }: AuditOptions,
): Promise<Report> {
  const [{ snapshot, access }, list] = await Promise.all([
    readPolicies(file, policies, now, signal),
    secrets && listSecrets(file, secrets, signal),
  ]);
  // Policies and versions share a quota. When time is short, only observations are missing.
  const given = list && { listed: list.listed, listedAt: now };
  const { chains } = file;
  const wanted = { chains, all: isWhole, memory, now: () => now };
  const [observed, minted] = await Promise.all([
    given && observeVersions(file, given, policies, wanted, observing),
    seenIn?.(file, snapshot),
  ]);
  const unread = [
    ...snapshot.unread,
    ...(list?.unread ?? []),
    ...(observed?.unread ?? []),
    ...(minted?.unread === undefined ? [] : [{ resource: MINT_LOG, reason: minted.unread }]),
  ];
  await prepareConditions(snapshot, now);
  const all = { ...snapshot, unread };
  const known = [access, firstAdministrators, minted?.seen] as const;
  return inSteps(reportSteps(file, version, all, observed?.observed, now, ...known));
}
