import type { Policies } from '../cloud/policies.ts';
import {
  type Diagnosed,
  type Diagnosis,
  dependsOnHops,
  diagnosisOf,
} from '../domain/audit/diagnosis.ts';
import { printable } from '../domain/basics/text/printable.ts';
import { nameOf } from '../domain/chain/account.ts';
import type { Chain } from '../domain/chain/chain.ts';
import type { Intent } from '../domain/chain/intent.ts';
import type { ReportedFailure } from '../domain/rotation/messages.ts';
import { audit } from './audit.ts';

export type Failed = Diagnosed & { readonly chain: string };

/**
 * Finds the cause of each failure. It audits the hops of all denied chains together, with policies read now. The other failures show their
 * cause themselves and cost no call.
 *
 * @returns the causes in the order of `failures`; undefined for a chain that the file does not have
 */
export async function diagnose(
  failures: readonly Failed[],
  { file, version }: Intent,
  options: { readonly policies: Policies; readonly now: () => Date; readonly signal: AbortSignal },
): Promise<(Found | undefined)[]> {
  const { policies, now, signal } = options;
  const denied = new Set(failures.filter(dependsOnHops).map(({ chain }) => chain));
  const chains = file.chains.filter(({ name }) => denied.has(name));
  const report =
    chains.length > 0
      ? await audit({ ...file, chains }, version, { policies, now: now(), signal })
      : undefined;
  return failures.map((failed) => {
    const chain = file.chains.find(({ name }) => name === failed.chain);
    return chain && { chain, diagnosis: diagnosisOf(failed, chain, file.caller, report) };
  });
}

export type Found = { readonly chain: Chain; readonly diagnosis: Diagnosis };

/** A diagnosis as a log line. `isTemporary`: no one needs to act, because a grant is still spreading or Google is busy. */
export function diagnosisLogLine(
  failure: ReportedFailure,
  found: Found | undefined,
): { readonly isTemporary: boolean; readonly fields: object; readonly message: string } {
  const fields = { event: 'diagnosed', ...failure };
  if (!found)
    return { isTemporary: true, fields, message: 'failed, and the chain file has no such chain' };
  const { chain, diagnosis } = found;
  const { summary, fix, unread, ...rest } = diagnosis;
  return {
    isTemporary: diagnosis.cause === 'propagating' || diagnosis.cause === 'busy',
    fields: {
      ...fields,
      target: nameOf(chain.target),
      ...rest,
      ...(fix && { fix: printable(fix.gcloud) }),
      ...(unread && { unread: unread.slice(0, 10).map(printable) }),
    },
    message: printable(`${failure.chain}: ${summary}`),
  };
}
