import type { ChainFile } from '../chain/chain.ts';
import { LABEL } from '../chain/secret.ts';
import { conditionFor } from '../grants/expiry.ts';
import type { RoleDefinition } from '../iam/role.ts';
import { existingGrantFor } from './existing-grants.ts';
import type { Inventory } from './inventory.ts';
import { type Note, notesOn } from './notes.ts';
import type { Obstacle } from './obstacle.ts';
import { obstaclesTo, withPositions } from './obstacles.ts';
import type { Step } from './step.ts';
import { type WantedGrant, type WantedRole, type WantedSecret, wantedOf } from './wanted.ts';

/** What IAM and Secret Manager need before every chain of the file works. */
export type Plan = {
  /** In the order in which `apply` does them. */
  readonly steps: readonly Step[];
  /** Problems that no step solves. `apply` writes nothing for the chains that one affects. */
  readonly obstacles: readonly Obstacle[];
  readonly notes: readonly Note[];
};

/** Is there nothing to do, for `apply` or for a person? */
export const isEmpty = ({ steps, obstacles }: Plan): boolean =>
  steps.length === 0 && obstacles.length === 0;

/** @param minterRole the role of the caller on each secret */
export function planOf(
  file: ChainFile,
  inventory: Inventory,
  minterRole: RoleDefinition,
  now: Date,
): Plan {
  const wanted = wantedOf(file, inventory.accounts, minterRole);
  const steps = [
    ...wanted.roles.flatMap((role) => stepForRole(role, inventory)),
    ...wanted.secrets.flatMap((secret) => stepForSecret(secret, inventory)),
    ...wanted.grants.flatMap((grant) => stepForGrant(grant, file, inventory, now)),
  ];
  return {
    steps,
    obstacles: withPositions(obstaclesTo(file, wanted, steps, inventory, now), file),
    notes: notesOn(file, wanted, steps, inventory, now),
  };
}

/** The file without the chains that an obstacle affects. */
export function withoutBlocked(file: ChainFile, obstacles: readonly Obstacle[]): ChainFile {
  const blocked = new Set(obstacles.flatMap(({ chains }) => chains));
  return { ...file, chains: file.chains.filter(({ name }) => !blocked.has(name)) };
}

function stepForRole(wanted: WantedRole, { roles }: Inventory): Step[] {
  const existing = roles.get(wanted.name);
  const { name: resource, title, description, permissions, serves } = wanted;
  const common = { resource, serves };
  if (existing === 'missing')
    return [{ do: 'create-role', title, description, permissions, ...common }];
  if (existing?.state !== 'live') return []; // not read, deleted or disabled: reported as an obstacle
  const lacking = permissions.filter((permission) => !existing.permissions.has(permission));
  return lacking.length > 0 ? [{ do: 'add-permissions', permissions: lacking, ...common }] : [];
}

function stepForSecret({ name, chain, replication }: WantedSecret, inventory: Inventory): Step[] {
  const existing = inventory.secrets.get(name);
  const labels = { [LABEL.key]: LABEL.value };
  const common = { resource: name, serves: [{ chain }] };
  if (existing === 'missing') return [{ do: 'create-secret', labels, replication, ...common }];
  if (!existing || existing.labels[LABEL.key] === LABEL.value) return [];
  return [{ do: 'label-secret', labels, ...common }];
}

function stepForGrant(
  grant: WantedGrant,
  file: ChainFile,
  inventory: Inventory,
  now: Date,
): Step[] {
  const { resource, role, member, serves } = grant;
  const isNew = inventory.secrets.get(resource) === 'missing';
  if (!isNew && !inventory.policies.has(resource)) return []; // not read: reported as an obstacle
  if (existingGrantFor(grant, file, inventory, now).is === 'granted') return [];
  const condition =
    grant.isHop && file.grantForSeconds !== undefined
      ? { condition: conditionFor(file.grantForSeconds, now) }
      : {};
  return [{ do: 'add-member', resource, member, role, ...condition, serves }];
}
