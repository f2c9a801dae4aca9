import { z } from 'zod';
import { permissionDenied, unauthenticated } from '../../authorization/access-errors.ts';
import { hasPermission } from '../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../core/accounts.ts';
import { ApiError } from '../../core/api-error.ts';
import { type Principal, principalOf } from '../../core/principal.ts';
import type { ServiceAccount } from '../../state/service-account.ts';
import type { State } from '../../state/state.ts';

/** The `delegates` of a request, in order from the caller to the target. */
export const delegates = z.array(z.string()).default([]);

/**
 * Checks each hop from the caller over the delegates to the target.
 *
 * Each account needs `implicitDelegation` on the next one. The last one needs the method's own permission on the target. The
 * error names the missing permission, and never the hop that lacks it. Google does not document how it refuses a disabled
 * account: here the result is the same as without any grant on that account.
 *
 * @param params.project must be `-`
 * @returns the target
 * @throws {ApiError} 400 for an invalid name, 404 for an unknown account, 403 for a missing permission
 * @see https://cloud.google.com/iam/docs/create-short-lived-credentials-delegated
 */
export function targetOf(
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

export const accountResourceName = (name: string): string => `projects/-/serviceAccounts/${name}`;

/** @param text `projects/-/serviceAccounts/NAME` or NAME alone. NAME is an email or a unique ID */
function accountName(text: string): string {
  const name = /^projects\/-\/serviceAccounts\/([^/]+)$/.exec(text)?.[1] ?? text;
  if (/^(\d+|[^@\s/]+@[^@\s/]+)$/.test(name)) return name;
  throw new ApiError(
    'INVALID_ARGUMENT',
    `Invalid form of account ID ${name}. Should be [Gaia ID |Email |Unique ID |] of the account`,
  );
}
