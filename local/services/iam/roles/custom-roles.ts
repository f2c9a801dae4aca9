import { z } from 'zod';
import { KNOWN_PERMISSIONS } from '../../../authorization/roles.ts';
import { ApiError } from '../../../core/api-error.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message } from '../../../core/proto-json.ts';
import { type Role, STAGES } from '../../../state/role.ts';
import type { State } from '../../../state/state.ts';
import { etagOf } from './role-resource.ts';

/** The Role of a request. */
export const RoleBody = message({
  name: z.string().exactOptional(),
  title: z.string().max(100).exactOptional(),
  description: z.string().max(300).exactOptional(),
  includedPermissions: z.array(z.string()).exactOptional(),
  stage: z.enum(STAGES).exactOptional(),
  etag: z.string().exactOptional(),
  deleted: z.boolean().exactOptional(),
});

/** The project or the organization that a custom role belongs to. */
export function roleOwner(
  state: State,
  { owners = '', owner = '' }: Readonly<Record<string, string>>,
): string {
  if (owners === 'organizations') return `organizations/${owner}`;
  if (owners === 'projects') return `projects/${projectIdOf(state, owner)}`;
  throw new ApiError('NOT_FOUND', `Roles are in projects and organizations, not in ${owners}.`);
}

/** @throws {ApiError} 404 in the wording of the IAM API */
export function existingCustomRole(state: State, name: string): Role {
  const role = state.roles.get(name);
  if (role !== undefined) return role;
  throw new ApiError('NOT_FOUND', `The role named ${name} was not found.`);
}

export function checkRoleEtag(requested: string | null | undefined, role: Role): void {
  // Clients send the bytes in the URL-safe alphabet too: gcloud does.
  if (!requested || normalized(requested) === normalized(etagOf(role))) return;
  throw new ApiError(
    'ABORTED',
    `There were concurrent changes to the role ${role.name}. Please retry the whole read-modify-write with exponential backoff.`,
  );
}

const normalized = (etag: string): string => Buffer.from(etag, 'base64').toString('base64');

/** `roles.json` has every permission of these resource types. Another name is a mistake. */
const COMPLETE_TYPES =
  /^(iam\.(serviceAccounts|serviceAccountKeys|roles)|secretmanager\.\w+|pubsub\.(topics|subscriptions)|resourcemanager\.(projects|folders|organizations)|storage\.(buckets|objects))\.\w+$/;

/** @throws {ApiError} 400 for a permission that does not exist, as far as `roles.json` shows */
export function checkPermissions(permissions: readonly string[]): void {
  for (const permission of permissions) {
    const isWellFormed = /^[\w-]+\.[\w-]+(\.[\w-]+)+$/.test(permission);
    const isUnknown = COMPLETE_TYPES.test(permission) && !KNOWN_PERMISSIONS.includes(permission);
    if (!isWellFormed || isUnknown) {
      throw new ApiError('INVALID_ARGUMENT', `Permission ${permission} is not valid.`);
    }
  }
}
