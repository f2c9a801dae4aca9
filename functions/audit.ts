import type { Policies } from '../shared/cloud.ts';
import type { ChainFile } from '../shared/domain/chain.ts';
import type { Holdings } from '../shared/domain/holding.ts';
import { type Report, reportOf, type Source } from '../shared/domain/report.ts';
import type { Unread } from '../shared/domain/snapshot.ts';
import { survey } from '../shared/survey.ts';

/** What an audit is given of the world. */
export type AuditOptions = {
  readonly policies: Policies;
  /** Without them nothing is said of freshness. */
  readonly holdings?: Holdings;
  /** What could not be read of the holdings. */
  readonly unread?: readonly Unread[];
  readonly now: Date;
  readonly signal: AbortSignal;
};

/** Chains and policies → what works, what does not, who else could, and what could not be read. */
export async function audit(
  file: ChainFile,
  source: Source,
  { policies, holdings, unread = [], now, signal }: AuditOptions,
): Promise<Report> {
  const surveyed = await survey(file, policies, now, signal);
  const snapshot = { ...surveyed, unread: [...surveyed.unread, ...unread] };
  return reportOf(file, source, snapshot, holdings, now);
}
