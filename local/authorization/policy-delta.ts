import type { Call } from '../core/call.ts';
import type { Binding, Policy } from '../state/policy.ts';
import type { State } from '../state/state.ts';

/**
 * Watches the allow policy of a resource during a call.
 *
 * @param resourceOf the resource as `state.policies` names it; undefined when the request names none
 * @returns the `watch` of an `Audited` method. Changes of `auditConfigs` are left out
 * @see https://github.com/googleapis/googleapis/blob/master/google/iam/v1/logging/audit_data.proto
 */
export const watchPolicy =
  (resourceOf: (state: State, call: Call) => string | undefined) =>
  (state: State, call: Call): (() => object) => {
    const resource = resourceOf(state, call) ?? '';
    const before = state.policies.get(resource);
    return () => {
      const bindingDeltas = bindingDeltasOf(before, state.policies.get(resource));
      return {
        '@type': 'type.googleapis.com/google.iam.v1.logging.AuditData',
        policyDelta: bindingDeltas.length > 0 ? { bindingDeltas } : {},
      };
    };
  };

type BindingDelta = {
  action: 'ADD' | 'REMOVE';
  role: string;
  member: string;
  condition?: object;
};

function bindingDeltasOf(before: Policy | undefined, after: Policy | undefined): BindingDelta[] {
  const [old, current] = [grantsOf(before), grantsOf(after)];
  const missingIn = (
    other: ReadonlyMap<string, unknown>,
    action: BindingDelta['action'],
    grants: ReadonlyMap<string, Omit<BindingDelta, 'action'>>,
  ): BindingDelta[] =>
    [...grants].flatMap(([key, grant]) => (other.has(key) ? [] : [{ action, ...grant }]));
  return [...missingIn(current, 'REMOVE', old), ...missingIn(old, 'ADD', current)];
}

/** One grant for each member of each binding. */
const grantsOf = (policy: Policy | undefined): Map<string, Omit<BindingDelta, 'action'>> =>
  new Map(
    (policy?.bindings ?? []).flatMap(({ members, ...binding }) => members.map(grant(binding))),
  );

const grant =
  ({ role, condition }: Omit<Binding, 'members'>) =>
  (member: string): [string, Omit<BindingDelta, 'action'>] => [
    JSON.stringify([role, member, condition]),
    { role, member, ...(condition && { condition }) },
  ];
