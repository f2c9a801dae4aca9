import type { Role, State } from '../state/state.ts';
import data from './roles.json' with { type: 'json' };

type Predefined = readonly [title: string, stage: string, permissions: readonly number[]];

const PREDEFINED = new Map(Object.entries(data.roles as unknown as Record<string, Predefined>));

/** Whose roles are all in the data, as far as they hold anything that is asked for here: one that is not there is a slip of the pen. */
const COMPLETE = /^roles\/(iam|secretmanager|pubsub|cloudscheduler)\./;

/** Google has some two thousand roles more, for services that are not here: they may be bound, and grant nothing here. */
const isElsewhere = (name: string): boolean =>
  /^roles\/[a-z][a-zA-Z0-9]*\.[a-zA-Z0-9.]+$/.test(name) && !COMPLETE.test(name);

const sets = new Map<string, ReadonlySet<string>>();

/** Every permission the role data tells of. */
export const PERMISSIONS: readonly string[] = data.permissions;

/** Every predefined role that the role data tells of, by name. */
export const predefinedRoles = (): string[] => [...PREDEFINED.keys()].sort();

/** Google's role, with those of its permissions that the role data tells of. */
export function predefinedRole(name: string): Role | undefined {
  const [title, stage] = PREDEFINED.get(name) ?? [];
  if (title === undefined || stage === undefined) {
    return isElsewhere(name) ? { name, includedPermissions: [], etag: 'AA==' } : undefined;
  }
  return { name, title, stage, includedPermissions: [...permissionsOf(name)], etag: 'AA==' };
}

/** A role by name, predefined or custom, deleted ones too. */
export const findRole = (state: State, name: string): Role | undefined =>
  name.startsWith('roles/') ? predefinedRole(name) : state.roles.get(name);

/** Whether holding the role is holding the permission. A custom role that is disabled or deleted grants nothing. */
export function roleGrants(state: State, name: string, permission: string): boolean {
  if (name.startsWith('roles/')) return permissionsOf(name).has(permission);
  const role = state.roles.get(name);
  if (role === undefined || role.deleted || role.stage === 'DISABLED') return false;
  return role.includedPermissions.includes(permission);
}

function permissionsOf(name: string): ReadonlySet<string> {
  let permissions = sets.get(name);
  if (permissions === undefined) {
    const indices = PREDEFINED.get(name)?.[2] ?? [];
    permissions = new Set(indices.map((index) => PERMISSIONS[index] ?? ''));
    sets.set(name, permissions);
  }
  return permissions;
}
