import type { ChainFile } from '../chain/chain.ts';
import { endOf, renewBeforeSeconds } from '../grants/expiry.ts';
import { removeMembers } from '../grants/fix.ts';
import { endingOf, type Horizon, horizonOf } from '../grants/forecast.ts';
import { holds } from '../iam/condition/condition.ts';
import { type Nanos, nanosOf } from '../iam/condition/literal.ts';
import { someDuring } from '../iam/hop-over-time.ts';
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
  const lasting = lastingIn(granting, grant, file, now);
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

/**
 * Is the grant there now and at each mint of the coming week? The audit asks the same, so it calls a hop `ok` exactly when a plan adds nothing.
 * If the file sets `grantFor`, a grant that consists only of an end must also be renewed in its last third.
 */
function lastingIn(
  granting: readonly Binding[],
  { isHop, isReader, serves }: WantedGrant,
  file: ChainFile,
  now: Date,
): Binding | undefined {
  const endless = granting.find(({ condition }) => !condition);
  if (endless) return endless;
  const renewBefore = isHop ? renewBeforeSeconds(file) : undefined;
  const used = granting.filter(({ condition }) => {
    const end = condition && endOf(condition);
    const isOld =
      renewBefore !== undefined && end && end.getTime() - now.getTime() <= renewBefore * 1000;
    return !isOld && holds(condition, now) === 'yes';
  });
  const [first] = used;
  if (!first) return undefined;
  const timed = granting.map(({ condition }) => ({ known: 'yes' as const, condition }));
  const statesDuring = (from: Nanos, to: Nanos) =>
    [...someDuring([], timed, from, to)].map(({ start, end, truth }) => ({
      start,
      end,
      state: STATES[truth],
    }));
  const isServed = new Set(serves.map(({ chain }) => chain));
  const horizons = file.chains
    .filter(({ name }) => isServed.has(name))
    .map((chain) => (isReader ? everyMoment(now) : horizonOf(chain, file, now)));
  const lasts = horizons.every((horizon) => endingOf(statesDuring, horizon, now) === undefined);
  return lasts ? first : undefined;
}

const STATES = { yes: 'ok', no: 'missing', unknown: 'unknown' } as const;
const WEEK_MS = 7 * 86_400_000;

/** A workload may read its secret at any time. */
const everyMoment = (now: Date): Horizon => {
  const last = nanosOf(new Date(now.getTime() + WEEK_MS));
  return { windows: [{ first: nanosOf(now), last, when: 'week' }], renewedFrom: last };
};
