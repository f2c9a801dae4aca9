import { z } from 'zod';
import { ApiError } from '../core/api-error.ts';
import type { Principal } from '../core/principal.ts';
import { message, parseMessage } from '../core/proto-json.ts';
import type { State } from '../state/state.ts';
import { hasPermission } from './authorize.ts';

const Body = message({
  resource: z.unknown().optional(),
  permissions: z.array(z.string()).default([]),
});

/** Which of the given permissions the caller has. On a resource that does not exist, none: no 404. */
export function testIamPermissions(
  state: State,
  caller: Principal | undefined,
  resource: string,
  body: unknown,
): { permissions?: string[] } {
  const { permissions } = parseMessage(Body, body);
  if (permissions.some((permission) => permission.includes('*')))
    throw new ApiError('INVALID_ARGUMENT', 'Wildcards are not allowed in permissions.');
  const granted = permissions.filter(
    (permission) => caller && hasPermission(state, caller, permission, resource),
  );
  return granted.length > 0 ? { permissions: granted } : {};
}
