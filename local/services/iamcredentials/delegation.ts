import { z } from 'zod';
import { permissionDenied, unauthenticated } from '../../authorization/access-errors.ts';
import { hasPermission } from '../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../core/accounts.ts';
import { ApiError } from '../../core/api-error.ts';
import type { Principal } from '../../core/principal.ts';
import { principalOf } from '../../core/principal.ts';
import type { ServiceAccount } from '../../state/service-account.ts';
import type { State } from '../../state/state.ts';

/** Of every request of IAM Credentials: in order from the caller, bare or prefixed. */
export const delegates = z.array(z.string()).default([]);

/**
 * Walks from the caller over each delegate to the target, hop by hop. Each account needs `implicitDelegation` on the next one,
 * and the last the method's own permission on the target.
 *
 * Which hop refused is not told; which permission is missing there, is. How Google refuses a disabled account is not documented:
 * here it is as if nobody held anything on it.
 *
 * @param params.project must be `-`
 * @returns the target
 * @throws {ApiError} 400 on a name that is none, 404 on an account that is not there, 403
 * @see https://cloud.google.com/iam/docs/create-short-lived-credentials-delegated
 */
export function walk(
  state: State,
  caller: Principal | undefined,
  params: Readonly<Record<string, string>>,
  delegates: readonly string[],
  permission: string,
): ServiceAccount {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const { project = '', account = '' } = params;
  const names = [...delegates, `projects/${project}/serviceAccounts/${account}`].map(accountName);
  let from = caller;
  let to: ServiceAccount | undefined;
  for (const [i, name] of names.entries()) {
    to = findAccount(state, name);
    if (to === undefined) {
      throw new ApiError('NOT_FOUND', `Not found; Gaia id not found for email ${name}`);
    }
    const needed = i + 1 < names.length ? 'iam.serviceAccounts.implicitDelegation' : permission;
    if (to.disabled || !hasPermission(state, from, needed, accountResource(to))) {
      throw permissionDenied(state, needed);
    }
    from = principalOf(to);
  }
  if (to === undefined) throw new Error('a chain has a target');
  return to;
}

/** `projects/-/serviceAccounts/NAME` or NAME alone, which is an email or a unique ID. */
function accountName(text: string): string {
  const name = /^projects\/-\/serviceAccounts\/([^/]+)$/.exec(text)?.[1] ?? text;
  if (/^(\d+|[^@\s/]+@[^@\s/]+)$/.test(name)) return name;
  throw new ApiError(
    'INVALID_ARGUMENT',
    `Invalid form of account ID ${name}. Should be [Gaia ID |Email |Unique ID |] of the account`,
  );
}
