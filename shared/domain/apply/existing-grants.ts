import type { ChainFile } from '../chain/chain.ts';
import { endOf, renewBeforeSeconds } from '../grants/expiry.ts';
import { removeMembers } from '../grants/fix.ts';
import type { Binding } from '../iam/policy.ts';
import { hasMember } from '../iam/policy-document.ts';
import type { Inventory } from './inventory.ts';
import type { WantedGrant } from './wanted.ts';

/** Does a grant exist already? `conditional`: it exists, but with a condition that the chain file does not ask for. */
export type ExistingGrant =
  | { readonly is: 'granted'; readonly binding: Binding }
  | { readonly is: 'conditional'; readonly binding: Binding }
  | { readonly is: 'missing' };

/**
 * Looks for a grant in the resource's own policy. Another role with all the permissions is enough, so that a plan adds nothing that is not
 * needed. Inherited grants do not count, because the audit reports them and their fix removes them.
 */
export function existingGrantFor(
  grant: WantedGrant,
  file: ChainFile,
  { policies, roles }: Inventory,
  now: Date,
): ExistingGrant {
  const bindings = policies.get(grant.resource)?.bindings ?? [];
  const granting = bindings.filter(
    (binding) => hasMember(binding, grant.member) && hasAllPermissions(binding.role, grant, roles),
  );
  const lasting = granting.find((binding) => isLasting(binding, grant, file, now));
  if (lasting) return { is: 'granted', binding: lasting };
  const [conditional] = granting;
  return conditional ? { is: 'conditional', binding: conditional } : { is: 'missing' };
}

/** A grant that has ended, and the command that removes it. */
export type EndedGrant = {
  readonly resource: string;
  readonly member: string;
  readonly binding: Binding;
  readonly remove: string;
};

/** Grants to the same members on the same resources that have ended. They have no effect, but they count against IAM's limits. */
export function endedGrants(
  wanted: readonly Pick<WantedGrant, 'resource' | 'member'>[],
  { policies }: Pick<Inventory, 'policies'>,
  now: Date,
): EndedGrant[] {
  const pairs = new Map(
    wanted.map(({ resource, member }) => [
      JSON.stringify([resource, member]),
      { resource, member },
    ]),
  );
  return [...pairs.values()].flatMap(({ resource, member }) =>
    (policies.get(resource)?.bindings ?? []).flatMap((binding): EndedGrant[] => {
      const { role, condition } = binding;
      const end = condition && endOf(condition);
      if (!end || end > now || !hasMember(binding, member)) return [];
      const { gcloud: remove } = removeMembers(resource, role, [member], condition, []);
      return [{ resource, member, binding, remove }];
    }),
  );
}

function hasAllPermissions(
  role: string,
  { role: wanted, permissions }: WantedGrant,
  roles: Inventory['roles'],
): boolean {
  // If the wanted role does not have a permission yet, another step of the plan adds it.
  if (role === wanted) return true;
  const known = roles.get(role);
  return (
    known !== undefined && known !== 'missing' && permissions.every((p) => known.permissions.has(p))
  );
}

/** Does the binding have no condition, or, if the file sets `grantFor`, only an end that is not near? */
function isLasting(
  { condition }: Binding,
  { isHop }: WantedGrant,
  file: ChainFile,
  now: Date,
): boolean {
  if (!condition) return true;
  const renewBefore = renewBeforeSeconds(file);
  const end = endOf(condition);
  if (!isHop || renewBefore === undefined || !end) return false;
  return end.getTime() - now.getTime() > renewBefore * 1000;
}
