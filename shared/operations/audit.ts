import type { Cloud } from '../cloud/cloud.ts';
import type { Policies } from '../cloud/policies.ts';
import { type Report, reportOf } from '../domain/audit/report.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import type { Source } from '../domain/chain/edition.ts';
import { listSecrets } from './list-secrets.ts';
import { survey } from './read-policies.ts';

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
    secrets && listSecrets(file, secrets, signal),
  ]);
  const unread = [...snapshot.unread, ...(held?.unread ?? [])];
  return reportOf(file, source, { ...snapshot, unread }, held?.listed, now, access);
}
