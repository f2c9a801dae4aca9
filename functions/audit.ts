import type { Policies } from '../shared/cloud.ts';
import type { ChainFile } from '../shared/domain/chain.ts';
import type { Ledger } from '../shared/domain/ledger.ts';
import { type Report, reportOf, type Source } from '../shared/domain/report.ts';
import { survey } from '../shared/survey.ts';

/** What an audit is given of the world. */
export type AuditOptions = {
  readonly policies: Policies;
  /** By the name of the chain. Without them nothing is said of freshness. */
  readonly ledgers?: ReadonlyMap<string, Ledger>;
  readonly now: Date;
  readonly signal: AbortSignal;
};

/** Chains and policies → what works, what does not, who else could, and what could not be read. */
export async function audit(
  file: ChainFile,
  source: Source,
  { policies, ledgers, now, signal }: AuditOptions,
): Promise<Report> {
  const snapshot = await survey(file, policies, signal);
  return reportOf(file, source, snapshot, ledgers, now);
}
