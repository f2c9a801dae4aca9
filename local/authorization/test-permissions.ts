import { z } from 'zod';
import type { Principal } from '../core/action.ts';
import { message, parseMessage } from '../core/proto.ts';
import { Status } from '../core/status.ts';
import type { State } from '../state/state.ts';
import { mayDo } from './authorize.ts';

const Body = message({
  resource: z.unknown().optional(),
  permissions: z.array(z.string()).default([]),
});

/** The permissions that the caller holds, of those that are asked for. A resource that is not there gives none, and no 404. */
export function testIamPermissions(
  state: State,
  caller: Principal | undefined,
  resource: string,
  body: unknown,
): { permissions?: string[] } {
  const { permissions } = parseMessage(Body, body);
  if (permissions.some((permission) => permission.includes('*')))
    throw new Status('INVALID_ARGUMENT', 'Wildcards are not allowed in permissions.');
  const held = permissions.filter(
    (permission) => caller && mayDo(state, caller, permission, resource),
  );
  return held.length > 0 ? { permissions: held } : {};
}
