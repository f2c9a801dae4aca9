import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import type { Call } from '../../../core/call.ts';
import type { State } from '../../../state/state.ts';
import { writeEntry } from '../write-entry.ts';
import { type AuditedCall, auditEntry } from './audit-entry.ts';
import { isLogged } from './data-access.ts';

/**
 * Runs an API method, and writes the entry of the call when the method is audited. A refused call gets an entry too.
 *
 * A call that does not reach the method gets none: it has no identity, too few scopes or no quota, or a fault struck it. Whether Google
 * writes an entry for such a call is not known.
 *
 * @returns what the method returns
 */
export async function runAudited(state: State, apiMethod: ApiMethod, call: Call): Promise<unknown> {
  const { api, audit } = apiMethod;
  const { caller } = call;
  if (audit === undefined || 'none' in audit || caller === undefined) {
    return apiMethod.run(state, call);
  }
  const { methodName } = audit;
  const change = audit.watch?.(state, call);
  const targetBefore = audit.target(state, call);
  const write = (error: ApiError | undefined, response?: unknown) => {
    // A deleted resource is known before the call only.
    const target = audit.target(state, call, response) ?? targetBefore;
    const serviceData = error ? undefined : change?.();
    if (target === undefined || !exists(state, target.container)) return;
    const { dataAccess } = audit;
    if (dataAccess && !isLogged(state, target.container, dataAccess, caller)) return;
    const details = dataAccess?.details(state, call);
    const permissionType: AuditedCall['permissionType'] = dataAccess?.logType ?? 'ADMIN_WRITE';
    const named = { api, methodName, target, call, caller };
    const entry = { ...named, error, serviceData, permissionType, details };
    writeEntry(state, auditEntry(state, entry));
  };
  try {
    const response = await apiMethod.run(state, call);
    write(undefined, response);
    return response;
  } catch (error) {
    if (error instanceof ApiError) write(error);
    throw error;
  }
}

/** A container that does not exist has no log. */
function exists(state: State, container: string): boolean {
  const [kind, id = ''] = container.split('/');
  if (kind === 'projects') return state.projects.has(id);
  return kind === 'folders' ? state.folders.has(id) : state.organizations.has(id);
}
