import type { Cloud } from '../cloud/cloud.ts';
import type { Policies } from '../cloud/policies.ts';
import { type Report, reportOf } from '../domain/audit/report.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import type { ChainFileVersion } from '../domain/chain/chain-file-version.ts';
import { observeSecrets } from './observe-secrets.ts';
import { readPolicies } from './read-policies.ts';

/** What an audit needs besides the chain file. */
export type AuditOptions = {
  readonly policies: Policies;
  /** Without it, the report says nothing about credentials. */
  readonly secrets?: Pick<Cloud['secrets'], 'secretsIn'>;
  readonly now: Date;
  readonly signal: AbortSignal;
};

/** Audits every hop of every chain: which hops work, who else has access, and what could not be read. */
export async function audit(
  file: ChainFile,
  version: ChainFileVersion,
  { policies, secrets, now, signal }: AuditOptions,
): Promise<Report> {
  const [{ snapshot, access }, seen] = await Promise.all([
    readPolicies(file, policies, now, signal),
    secrets && observeSecrets(file, policies, secrets, now, signal),
  ]);
  const unread = [...snapshot.unread, ...(seen?.unread ?? [])];
  return reportOf(file, version, { ...snapshot, unread }, seen?.observed, now, access);
}
