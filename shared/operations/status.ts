import type { Cloud } from '../cloud/cloud.ts';
import type { Policies } from '../cloud/policies.ts';
import type { ListedReport } from '../domain/audit/listed-report.ts';
import { brokenHopsIn, evidenceInReport, newestOf } from '../domain/audit/report-evidence.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import type { ChainFileVersion } from '../domain/chain/chain-file-version.ts';
import { type Evidence, NO_EVIDENCE } from '../domain/rotation/ledger/evidence.ts';
import { evidenceIn } from '../domain/rotation/ledger/observed-secrets.ts';
import { lastAuditOf, type Status, statusOf } from '../domain/rotation/status.ts';
import { listSecrets } from './list-secrets.ts';
import { nothingObserved, observeVersions } from './observe-secrets.ts';

/**
 * The state of every chain, from its ledger and from the observations of the last report. It makes one list call for each project, and reads
 * the clock after them.
 *
 * @param report the last report; undefined if there is none
 * @param newer observations since that report, by chain
 */
export async function status(
  file: ChainFile,
  version: ChainFileVersion,
  secrets: Pick<Cloud['secrets'], 'secretsIn'>,
  report: ListedReport | undefined,
  now: () => Date,
  signal: AbortSignal,
  newer: ReadonlyMap<string, Evidence> = new Map(),
): Promise<Status> {
  const listed = await listSecrets(file, secrets, signal);
  const at = now();
  return statusOf(file, version, listed, at, {
    evidenceOf: newestOf(report ? evidenceInReport(report, file) : NO_EVIDENCE, newer),
    audit: lastAuditOf(
      report && { generatedAt: report.generatedAt, brokenHops: brokenHopsIn(report) },
      at,
    ),
  });
}

/** The state of every chain, from its ledger and from what this call observes: one list call for each project and one for each secret. */
export async function observedStatus(
  file: ChainFile,
  version: ChainFileVersion,
  cloud: {
    readonly secrets: Pick<Cloud['secrets'], 'secretsIn'>;
    readonly policies: Pick<Policies, 'secretVersions' | 'leaveRoomFor'>;
  },
  /** The chains whose secrets are observed. */
  chosen: ChainFile['chains'],
  now: () => Date,
  signal: AbortSignal,
): Promise<Status> {
  const { policies, secrets } = cloud;
  const listedAt = now();
  const { listed, unread: unlisted } = await listSecrets(file, secrets, signal);
  const list = { listed, listedAt };
  const wanted = { chains: chosen, all: true, memory: nothingObserved(), now };
  const seen = await observeVersions(file, list, policies, wanted, signal);
  const { observed } = seen;
  const unread = [...unlisted, ...seen.unread];
  const evidenceOf = evidenceIn({ chains: chosen }, observed);
  return statusOf(file, version, { listed: observed, unread }, now(), { evidenceOf });
}
