import type { Hop } from '../chain/hop.ts';
import { boundaryDenial } from './boundary.ts';
import { holds } from './condition/condition.ts';
import { type Denial, denialsOf } from './deny-rules.ts';
import { type Member, parseMembers } from './member.ts';
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

/**
 * `expiring`: the grant ends before the credential after next is due. `conditional`: the hop works now, but not at each mint of the
 * coming week.
 */
export const HOP_STATES = [
  'ok',
  'missing',
  'denied',
  'expiring',
  'conditional',
  'unknown',
] as const;
export type HopState = (typeof HOP_STATES)[number];

/** A binding, and whether it grants a hop. */
export type CheckedBinding = {
  readonly resource: string;
  readonly binding: Binding;
  /** Its role has the permission. */
  readonly role: Truth;
  /** Its members include the account. */
  readonly member: Truth;
  /** Its condition holds. It is `unknown` if the role or the members decide already. */
  readonly condition: Truth;
  /** All three are true. */
  readonly grants: Truth;
};

/** The state of a hop, and everything that the state follows from. */
export type Evaluation = {
  readonly state: HopState;
  readonly from: ServiceAccount | 'missing' | undefined;
  readonly to: ServiceAccount | 'missing' | undefined;
  /** According to allow policies alone. */
  readonly granted: Truth;
  /** According to deny policies alone. */
  readonly denied: Truth;
  /** Bindings whose role has the permission, or may have it, or whose members include the account. */
  readonly checkedBindings: readonly CheckedBinding[];
  /** The number of all other bindings. */
  readonly others: number;
  readonly denials: readonly Denial[];
  /** Resources whose policies were not read and could change the state. */
  readonly unread: readonly string[];
  /** Policies that were not read may grant the hop. */
  readonly mayBeGranted: Truth;
};

/**
 * Does IAM give `hop.from` the hop's permission on `hop.to` at `now`? Bindings on the account and on every container above it count. A
 * deny policy overrides them. A hop that cannot be decided is never `ok`.
 */
export function evaluateHop(snapshot: Snapshot, hop: Hop, now: Date): Evaluation {
  const from = accountIn(snapshot, hop.from);
  const to = accountIn(snapshot, hop.to);
  if (to === undefined || to === 'missing') {
    const state = to === 'missing' ? 'missing' : 'unknown';
    const granted = to === 'missing' ? 'no' : 'unknown';
    const nothingChecked = {
      checkedBindings: [],
      others: 0,
      denials: [],
      unread: [],
      mayBeGranted: 'no' as const,
    };
    return { state, from, to, granted, denied: 'no', ...nothingChecked };
  }

  const principal = memberOf(snapshot, hop.from);
  const above = containersAbove(snapshot, to.projectId);
  const resources = [resourceOfAccount(to), ...above.names];
  const all = resources.flatMap((resource) =>
    (snapshot.policies.get(resource)?.bindings ?? []).map((binding) =>
      checkBinding(snapshot, resource, binding, principal, hop.permission, now),
    ),
  );
  const checkedBindings = all.filter(({ role, member }) => role !== 'no' || member === 'yes');
  const denials = above.names.flatMap((container) =>
    denialsOf(snapshot.denyPolicies.get(container) ?? [], principal, hop.permission),
  );

  const boundary = from && from !== 'missing' ? boundaryOf(snapshot, from, above.names) : undefined;
  if (boundary) denials.push(boundary);

  const top = above.isComplete ? [] : [`above ${above.names.at(-1)}`];
  const unreadAllow = resources.filter((resource) => !snapshot.policies.has(resource)).concat(top);
  const unreadDeny = above.names.filter((name) => !snapshot.denyPolicies.has(name)).concat(top);
  const mayBeGranted = unreadAllow.length > 0 ? 'unknown' : 'no';
  const granted = some([...checkedBindings.map(({ grants }) => grants), mayBeGranted]);
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
    checkedBindings,
    others: all.length - checkedBindings.length,
    denials,
    unread: granted === 'yes' ? unreadDeny : [...new Set([...unreadAllow, ...unreadDeny])],
    mayBeGranted,
  };
}

/** What the boundaries of an account take away on a resource below some containers. */
function boundaryOf(
  snapshot: Snapshot,
  { projectId }: ServiceAccount,
  goal: readonly string[],
): Denial | undefined {
  const { boundaries, containers } = snapshot;
  const bound = containersAbove(snapshot, projectId).names.flatMap(
    (name) => boundaries?.get(name) ?? [],
  );
  if (bound.length === 0) return undefined;
  const numbers = goal.flatMap((name) => containers.get(name)?.number ?? []);
  return boundaryDenial(bound, new Set([...goal, ...numbers]));
}

function checkBinding(
  snapshot: Snapshot,
  resource: string,
  binding: Binding,
  principal: Member,
  permission: string,
  now: Date,
): CheckedBinding {
  const permissions = snapshot.roles.get(binding.role)?.permissions;
  const role = permissions ? truthOf(permissions.has(permission)) : 'unknown';
  const member = some(parseMembers(binding.members).map((member) => covers(member, principal)));
  if (member === 'no') return withoutMember(resource, binding, role);
  // A policy may have thousands of conditions. Only those that decide something are evaluated.
  const condition = role === 'no' ? 'unknown' : holds(binding.condition, now);
  return { resource, binding, role, member, condition, grants: every([role, member, condition]) };
}

/** Thousands of hops may have the same thousand bindings above them that are not for their accounts. So these hops share the objects. */
const unrelated = new WeakMap<Binding, CheckedBinding[]>();

function withoutMember(resource: string, binding: Binding, role: Truth): CheckedBinding {
  const known = unrelated.get(binding) ?? [];
  unrelated.set(binding, known);
  const same = known.find((one) => one.role === role && one.resource === resource);
  if (same) return same;
  const checked: CheckedBinding = {
    resource,
    binding,
    role,
    member: 'no',
    condition: 'unknown',
    grants: 'no',
  };
  known.push(checked);
  return checked;
}

/** The state that follows from the accounts and the policies. */
export function stateOf(
  from: Evaluation['from'],
  to: ServiceAccount,
  granted: Truth,
  denied: Truth,
): HopState {
  if (from === 'missing') return 'missing';
  if (from?.disabled || to.disabled || denied === 'yes') return 'denied';
  if (granted === 'no') return 'missing';
  // If `from` could not be read, it may be disabled.
  return granted === 'yes' && denied === 'no' && from ? 'ok' : 'unknown';
}
