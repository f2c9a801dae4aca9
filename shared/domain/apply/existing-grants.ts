import type { ChainFile } from '../chain/chain.ts';
import { endOf, renewBeforeSeconds } from '../grants/expiry.ts';
import type { Binding } from '../iam/policy.ts';
import { hasMember } from '../iam/policy-document.ts';
import type { Inventory } from './inventory.ts';
import type { WantedGrant } from './wanted.ts';

/** Whether a grant stands already. `conditional`: it does, under a condition that is not the file's. */
export type Standing =
  | { readonly is: 'granted'; readonly by: Binding }
  | { readonly is: 'conditional'; readonly by: Binding }
  | { readonly is: 'missing' };

/**
 * What of the resource's own policy grants it. Another role that has all it needs is as good: a plan does not widen what serves. What is
 * inherited from a project is not looked at, as the audit has it taken away.
 */
export function grantedBy(
  grant: WantedGrant,
  file: ChainFile,
  { policies, roles }: Inventory,
  now: Date,
): Standing {
  const bindings = policies.get(grant.resource)?.bindings ?? [];
  const serving = bindings.filter(
    (binding) => hasMember(binding, grant.member) && givesAll(binding.role, grant, roles),
  );
  const lasting = serving.find((binding) => lasts(binding, grant, file, now));
  if (lasting) return { is: 'granted', by: lasting };
  const [conditional] = serving;
  return conditional ? { is: 'conditional', by: conditional } : { is: 'missing' };
}

function givesAll(
  role: string,
  { role: wanted, permissions }: WantedGrant,
  roles: Inventory['roles'],
): boolean {
  const held = roles.get(role);
  // A role of ours that lacks a permission is given it, by a step of its own.
  if (role === wanted) return true;
  return (
    held !== undefined && held !== 'missing' && permissions.every((p) => held.permissions.has(p))
  );
}

/** Without a condition, or, where the file gives hops an end, with an end that is not near. */
function lasts(
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
