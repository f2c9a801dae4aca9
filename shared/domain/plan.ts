import type { ChainFile } from './chain.ts';
import type { RoleDefinition, Serves } from './grant.ts';
import { conditionFor } from './grant-end.ts';
import type { Inventory } from './inventory.ts';
import { LABEL } from './ledger.ts';
import { type Note, notesOn } from './plan-notes.ts';
import { type Obstacle, obstaclesTo } from './plan-obstacles.ts';
import type { Condition } from './policy.ts';
import type { Replication } from './replication.ts';
import { grantedBy } from './standing.ts';
import { type WantedGrant, type WantedRole, type WantedSecret, wantedOf } from './wanted.ts';

type Change =
  | ({ readonly do: 'create-role' } & RoleDefinition)
  | { readonly do: 'add-permissions'; readonly permissions: readonly string[] }
  | {
      readonly do: 'create-secret';
      readonly labels: Readonly<Record<string, string>>;
      readonly replication: Replication;
    }
  | { readonly do: 'label-secret'; readonly labels: Readonly<Record<string, string>> }
  | {
      readonly do: 'add-member';
      readonly member: string;
      readonly role: string;
      readonly condition?: Condition;
    };

/** One thing to add. Nothing is ever removed. */
export type Step = Change & {
  /** `projects/P/roles/R`, `projects/P/secrets/S`, or `projects/P/serviceAccounts/EMAIL`. */
  readonly resource: string;
  /** What it is for; nothing for a role, which is for all of its project. */
  readonly serves: readonly Serves[];
};

/** How IAM and Secret Manager differ from what a chain file wants. */
export type Plan = {
  /** In the order in which they can be done. */
  readonly steps: readonly Step[];
  /** What adding does not mend: while there is one, nothing is written. */
  readonly obstacles: readonly Obstacle[];
  readonly notes: readonly Note[];
};

/** There is something to do, for `apply` or for a person. */
export const isEmpty = ({ steps, obstacles }: Plan): boolean =>
  steps.length === 0 && obstacles.length === 0;

/** @param minterRole what the caller may do to a secret */
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
    obstacles: obstaclesTo(file, wanted, steps, inventory),
    notes: notesOn(file, wanted, steps, inventory, now),
  };
}

function stepForRole(wanted: WantedRole, { roles }: Inventory): Step[] {
  const held = roles.get(wanted.name);
  const { name: resource, title, description, permissions } = wanted;
  const common = { resource, serves: [] };
  if (held === 'missing')
    return [{ do: 'create-role', title, description, permissions, ...common }];
  if (held?.state !== 'live') return [];
  const lacking = permissions.filter((permission) => !held.permissions.has(permission));
  return lacking.length > 0 ? [{ do: 'add-permissions', permissions: lacking, ...common }] : [];
}

function stepForSecret({ name, chain, replication }: WantedSecret, inventory: Inventory): Step[] {
  const held = inventory.secrets.get(name);
  const labels = { [LABEL.key]: LABEL.value };
  const common = { resource: name, serves: [{ chain }] };
  if (held === 'missing') return [{ do: 'create-secret', labels, replication, ...common }];
  if (!held || held.labels[LABEL.key] === LABEL.value) return [];
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
  if (!isNew && !inventory.policies.has(resource)) return []; // unread, which is told
  if (grantedBy(grant, file, inventory, now).is === 'granted') return [];
  const condition =
    grant.isHop && file.grantForSeconds !== undefined
      ? { condition: conditionFor(file.grantForSeconds, now) }
      : {};
  return [{ do: 'add-member', resource, member, role, ...condition, serves }];
}
