import { unauthenticated } from '../../authorization/access-errors.ts';
import { isAuthorized } from '../../authorization/authorize.ts';
import type { Principal } from '../../core/principal.ts';
import type { State } from '../../state/state.ts';
import { StorageError } from './storage-error.ts';

/** @throws {StorageError} 403 in the wording of Cloud Storage */
export function authorizeStorage(
  state: State,
  caller: Principal | undefined,
  permission: string,
  resource: string,
): void {
  if (!caller) throw unauthenticated('CREDENTIALS_MISSING');
  if (isAuthorized(state, caller, permission, resource)) return;
  throw new StorageError(
    403,
    'forbidden',
    `${caller.email} does not have ${permission} access to the Google Cloud Storage ${resource.includes('/objects/') ? 'object' : 'bucket'}. Permission '${permission}' denied on resource (or it may not exist).`,
  );
}
