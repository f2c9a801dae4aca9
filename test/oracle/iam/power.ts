import type { Who } from './members.ts';
import { type Binding, holderOf, type Resource, type World } from './world.ts';

/** One way to change who can mint. */
export type Power = {
  readonly name: string;
  /** Each permission with the resource on which it is needed. */
  readonly needs: readonly (readonly [permission: string, on: Resource])[];
  readonly on: Resource;
  /** Changes the world as the call would. */
  use(world: World, members: readonly Who[]): void;
  /** Afterwards the attacker has a key of this account. */
  readonly keyOf?: string;
  /** Afterwards the attacker decides what the caller of the chains mints. */
  readonly commandsCaller?: true;
  /** The new parent of a project, or the value of a tag. */
  readonly to?: Resource;
  /** The identities that need no permission for it. Without a list, everybody needs them. */
  readonly managers?: readonly Who[];
};

const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const ACCOUNT_ROLES = [
  TOKEN_CREATOR,
  'roles/iam.serviceAccountKeyAdmin',
  'roles/iam.serviceAccountAdmin',
];
const CONTAINER_ROLES = [
  ...ACCOUNT_ROLES,
  'roles/iam.roleAdmin',
  'roles/iam.denyAdmin',
  'roles/iam.securityAdmin',
  'roles/storage.admin',
  'roles/secretmanager.admin',
];
export const rolesToGrant = (on: Resource): readonly string[] => {
  const [kind, , below] = on.split('/');
  if (kind === 'buckets') return ['roles/storage.objectAdmin'];
  return below === undefined ? CONTAINER_ROLES : ACCOUNT_ROLES;
};
export const grantAll = (on: Resource) => (world: World, members: readonly Who[]) => {
  const holder = holderOf(world, on);
  if (!holder) return;
  const bindings: Binding[] = rolesToGrant(on).map((role) => ({ role, members: [...members] }));
  holder.policy = { version: 3, bindings: [...(holder.policy?.bindings ?? []), ...bindings] };
};
