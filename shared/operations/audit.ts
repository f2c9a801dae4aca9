import type { Cloud, Policies } from '../cloud.ts';
import type { ChainFile } from '../domain/chain.ts';
import { type Report, reportOf, type Source } from '../domain/report.ts';
import { survey } from '../survey.ts';
import { readHoldings } from './list-secrets.ts';

/** What an audit is given of the world. */
export type AuditOptions = {
  readonly policies: Policies;
  /** Without them nothing is said of freshness. */
  readonly secrets?: Pick<Cloud['secrets'], 'secretsIn'>;
  readonly now: Date;
  readonly signal: AbortSignal;
};

/** Chains and policies → what works, what does not, who else could, and what could not be read. */
export async function audit(
  file: ChainFile,
  source: Source,
  { policies, secrets, now, signal }: AuditOptions,
): Promise<Report> {
  const [{ snapshot, access }, held] = await Promise.all([
    survey(file, policies, now, signal),
    secrets && readHoldings(file, secrets, signal),
  ]);
  const unread = [...snapshot.unread, ...(held?.unread ?? [])];
  return reportOf(file, source, { ...snapshot, unread }, held?.holdings, now, access);
}
