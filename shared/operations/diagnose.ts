import type { Policies } from '../cloud/policies.ts';
import {
  type Diagnosed,
  type Diagnosis,
  dependsOnHops,
  diagnosisOf,
} from '../domain/audit/diagnosis.ts';
import { printable } from '../domain/basics/printable.ts';
import { nameOf } from '../domain/chain/account.ts';
import type { Chain } from '../domain/chain/chain.ts';
import type { Intent } from '../domain/chain/intent.ts';
import type { ReportedFailure } from '../domain/rotation/messages.ts';
import { audit } from './audit.ts';

export type Failed = Diagnosed & { readonly chain: string };

/**
 * What is behind each failure. The hops of the chains that were denied are audited once, together, by policies read now; the other failures
 * tell by themselves, and cost no call.
 *
 * @returns in the order of `failures`; nothing for a chain that the file does not have
 */
export async function diagnose(
  failures: readonly Failed[],
  { file, digest, generation }: Intent,
  options: { readonly policies: Policies; readonly now: () => Date; readonly signal: AbortSignal },
): Promise<(Found | undefined)[]> {
  const { policies, now, signal } = options;
  const denied = new Set(failures.filter(dependsOnHops).map(({ chain }) => chain));
  const chains = file.chains.filter(({ name }) => denied.has(name));
  const source = { digest, generation };
  const report =
    chains.length > 0
      ? await audit({ ...file, chains }, source, { policies, now: now(), signal })
      : undefined;
  return failures.map((failed) => {
    const chain = file.chains.find(({ name }) => name === failed.chain);
    return chain && { chain, diagnosis: diagnosisOf(failed, chain, file.caller, report) };
  });
}

export type Found = { readonly chain: Chain; readonly diagnosis: Diagnosis };

/** A diagnosis as one line of the log. `passes`: a grant that spreads and a Google that is busy are nobody's to mend. */
export function toldAs(
  failure: ReportedFailure,
  found: Found | undefined,
): { readonly passes: boolean; readonly fields: object; readonly message: string } {
  const fields = { event: 'diagnosed', ...failure };
  if (!found) return { passes: true, fields, message: 'failed, and is no chain of this file' };
  const { chain, diagnosis } = found;
  const { summary, fix, unread, ...rest } = diagnosis;
  return {
    passes: diagnosis.cause === 'propagating' || diagnosis.cause === 'busy',
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
