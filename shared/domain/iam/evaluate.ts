import type { Hop } from '../chain/hop.ts';
import { holds } from './condition.ts';
import { type Denial, denialsOf } from './deny.ts';
import { parseMembers, type ServiceAccountMember } from './member.ts';
import { covers } from './membership.ts';
import type { Binding } from './policy.ts';
import {
  accountIn,
  containersAbove,
  memberOf,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from './snapshot.ts';
import { every, some, type Truth, truthOf } from './three-valued.ts';

/** `expiring`: the grant ends before the credential after next is due. */
export type HopState = 'ok' | 'missing' | 'denied' | 'expiring' | 'unknown';

/** A binding that was looked at: does its role have the permission, is the account among its members, does its condition hold? */
export type Look = {
  readonly resource: string;
  readonly binding: Binding;
  readonly role: Truth;
  readonly member: Truth;
  readonly condition: Truth;
  readonly grants: Truth;
};

/** What became of a hop, and everything that it rests on. */
export type Evaluation = {
  readonly state: HopState;
  readonly from: ServiceAccount | 'missing' | undefined;
  readonly to: ServiceAccount | 'missing' | undefined;
  /** By allow policies alone. */
  readonly granted: Truth;
  /** By deny policies. */
  readonly denied: Truth;
  /** Bindings that come into question: of a role that may have the permission, or for this very account. */
  readonly looks: readonly Look[];
  /** How many were of other roles, and for others. */
  readonly others: number;
  readonly denials: readonly Denial[];
  /** Resources whose policies could not be read and might have decided. */
  readonly gaps: readonly string[];
};

/**
 * Does IAM let `hop.from` do on `hop.to` what the hop needs, at `now`? Bindings on the account and on everything above it count; a deny
 * policy beats them all. What cannot be decided is never `ok`.
 */
export function evaluate(snapshot: Snapshot, hop: Hop, now: Date): Evaluation {
  const from = accountIn(snapshot, hop.from);
  const to = accountIn(snapshot, hop.to);
  if (to === undefined || to === 'missing') {
    const state = to === 'missing' ? 'missing' : 'unknown';
    const granted = to === 'missing' ? 'no' : 'unknown';
    return {
      state,
      from,
      to,
      granted,
      denied: 'no',
      looks: [],
      others: 0,
      denials: [],
      gaps: [],
    };
  }

  const principal = memberOf(snapshot, hop.from);
  const above = containersAbove(snapshot, to.projectId);
  const resources = [resourceOfAccount(to), ...above.names];
  const all = resources.flatMap((resource) =>
    (snapshot.policies.get(resource)?.bindings ?? []).map((binding) =>
      lookAt(snapshot, resource, binding, principal, hop.permission, now),
    ),
  );
  const looks = all.filter(({ role, member }) => role !== 'no' || member === 'yes');
  const denials = above.names.flatMap((container) =>
    denialsOf(snapshot.denyPolicies.get(container) ?? [], principal, hop.permission, now),
  );

  const top = above.whole ? [] : [`above ${above.names.at(-1)}`];
  const unreadAllow = resources.filter((resource) => !snapshot.policies.has(resource)).concat(top);
  const unreadDeny = above.names.filter((name) => !snapshot.denyPolicies.has(name)).concat(top);
  const granted = some([
    ...looks.map(({ grants }) => grants),
    unreadAllow.length > 0 ? 'unknown' : 'no',
  ]);
  const denied = some([
    ...denials.map(({ denies }) => denies),
    unreadDeny.length > 0 ? 'unknown' : 'no',
  ]);
  return {
    state: stateOf(from, to, granted, denied),
    from,
    to,
    granted,
    denied,
    looks,
    others: all.length - looks.length,
    denials,
    gaps: granted === 'yes' ? unreadDeny : [...new Set([...unreadAllow, ...unreadDeny])],
  };
}

function lookAt(
  snapshot: Snapshot,
  resource: string,
  binding: Binding,
  principal: ServiceAccountMember,
  permission: string,
  now: Date,
): Look {
  const permissions = snapshot.roles.get(binding.role)?.permissions;
  const role = permissions ? truthOf(permissions.has(permission)) : 'unknown';
  const member = some(parseMembers(binding.members).map((member) => covers(member, principal)));
  const condition = holds(binding.condition, now);
  return { resource, binding, role, member, condition, grants: every([role, member, condition]) };
}

function stateOf(
  from: Evaluation['from'],
  to: ServiceAccount,
  granted: Truth,
  denied: Truth,
): HopState {
  if (from === 'missing') return 'missing';
  if (from?.disabled || to.disabled || denied === 'yes') return 'denied';
  if (granted === 'no') return 'missing';
  // An account that could not be read may be disabled.
  return granted === 'yes' && denied === 'no' && from ? 'ok' : 'unknown';
}
