import type { Role } from '../state/role.ts';
import type { State } from '../state/state.ts';
import data from './roles.json' with { type: 'json' };

type PredefinedRole = readonly [title: string, stage: string, permissions: readonly number[]];

const PREDEFINED = new Map(Object.entries(data.roles as unknown as Record<string, PredefinedRole>));

/** `roles.json` has every role of these services that grants a known permission. Another name is a spelling mistake. */
const COMPLETE_SERVICES = /^roles\/(iam|secretmanager|pubsub|cloudscheduler)\./;

/** Google has about two thousand more roles, for services that the local cloud lacks. A binding may name them; they grant nothing. */
const isOfOtherService = (name: string): boolean =>
  /^roles\/[a-z][a-zA-Z0-9]*\.[a-zA-Z0-9.]+$/.test(name) && !COMPLETE_SERVICES.test(name);

const permissionSets = new Map<string, ReadonlySet<string>>();

/** Every permission in `roles.json`. */
export const KNOWN_PERMISSIONS: readonly string[] = data.permissions;

export const predefinedRoleNames = (): string[] => [...PREDEFINED.keys()].sort();

/** A role of Google's, with only its known permissions. */
export function predefinedRole(name: string): Role | undefined {
  const [title, stage] = PREDEFINED.get(name) ?? [];
  if (title === undefined || stage === undefined) {
    return isOfOtherService(name) ? { name, includedPermissions: [], etag: 'AA==' } : undefined;
  }
  return { name, title, stage, includedPermissions: [...permissionsOf(name)], etag: 'AA==' };
}

/** A predefined or a custom role. A deleted custom role is found too. */
export const findRole = (state: State, name: string): Role | undefined =>
  name.startsWith('roles/') ? predefinedRole(name) : state.roles.get(name);

/** A custom role that is disabled or deleted grants nothing. */
export function roleGrants(state: State, name: string, permission: string): boolean {
  if (name.startsWith('roles/')) return permissionsOf(name).has(permission);
  const role = state.roles.get(name);
  if (role === undefined || role.deleted || role.stage === 'DISABLED') return false;
  return role.includedPermissions.includes(permission);
}

function permissionsOf(name: string): ReadonlySet<string> {
  let permissions = permissionSets.get(name);
  if (permissions === undefined) {
    const indices = PREDEFINED.get(name)?.[2] ?? [];
    permissions = new Set(indices.map((index) => KNOWN_PERMISSIONS[index] ?? ''));
    permissionSets.set(name, permissions);
  }
  return permissions;
}
