import { z } from 'zod';
import { KNOWN_PERMISSIONS } from '../../../authorization/roles.ts';
import { ApiError } from '../../../core/api-error.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message } from '../../../core/proto-json.ts';
import type { Role } from '../../../state/role.ts';
import type { State } from '../../../state/state.ts';
import { etagOf } from './role-resource.ts';

export const RoleBody = message({
  name: z.string().exactOptional(),
  title: z.string().max(100).exactOptional(),
  description: z.string().max(300).exactOptional(),
  includedPermissions: z.array(z.string()).exactOptional(),
  stage: z.enum(['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP']).exactOptional(),
  etag: z.string().exactOptional(),
  deleted: z.boolean().exactOptional(),
});

/** `projects` or `organizations`: custom roles have no other home. */
export function roleOwner(
  state: State,
  { owners = '', owner = '' }: Readonly<Record<string, string>>,
): string {
  if (owners === 'organizations') return `organizations/${owner}`;
  if (owners === 'projects') return `projects/${projectIdOf(state, owner)}`;
  throw new ApiError('NOT_FOUND', `Roles are in projects and organizations, not in ${owners}.`);
}

/** @throws {ApiError} 404 in the words of the IAM API */
export function customRole(state: State, name: string): Role {
  const role = state.roles.get(name);
  if (role !== undefined) return role;
  throw new ApiError('NOT_FOUND', `The role named ${name} was not found.`);
}

export function checkRoleEtag(given: string | null | undefined, role: Role): void {
  if (!given || given === etagOf(role)) return;
  throw new ApiError(
    'ABORTED',
    `There were concurrent changes to the role ${role.name}. Please retry the whole read-modify-write with exponential backoff.`,
  );
}

/** Of these collections the role data holds every permission. */
const WHOLE =
  /^(iam\.(serviceAccounts|serviceAccountKeys|roles)|secretmanager\.\w+|pubsub\.(topics|subscriptions)|resourcemanager\.(projects|folders|organizations)|storage\.(buckets|objects))\.\w+$/;

/** @throws {ApiError} 400 on what is no permission, as far as the role data can tell */
export function checkPermissions(permissions: readonly string[]): void {
  for (const permission of permissions) {
    const isMade = /^[\w-]+\.[\w-]+(\.[\w-]+)+$/.test(permission);
    if (!isMade || (WHOLE.test(permission) && !KNOWN_PERMISSIONS.includes(permission))) {
      throw new ApiError('INVALID_ARGUMENT', `Permission ${permission} is not valid.`);
    }
  }
}
