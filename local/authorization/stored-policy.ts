import type { Policy, State } from '../state/state.ts';

/** Replaces a resource's policy. The former one stays in force until the new one has propagated. */
export function storePolicy(state: State, resource: string, policy: Policy | undefined): void {
  const { propagationSeconds } = state.settings;
  if (propagationSeconds > 0) {
    const until = state.now().getTime() + propagationSeconds * 1000;
    const former = state.formerPolicies.get(resource) ?? [];
    former.push({ policy: state.policies.get(resource), until });
    state.formerPolicies.set(resource, former);
  }
  if (policy === undefined) state.policies.delete(resource);
  else state.policies.set(resource, policy);
}

/** The policy that decides now: the newest one that has propagated. */
export function policyInForce(state: State, resource: string): Policy | undefined {
  const former = state.formerPolicies.get(resource);
  if (former === undefined) return state.policies.get(resource);
  const now = state.now().getTime();
  const pending = former.filter(({ until }) => until > now);
  if (pending.length === 0) state.formerPolicies.delete(resource);
  else state.formerPolicies.set(resource, pending);
  return pending[0] === undefined ? state.policies.get(resource) : pending[0].policy;
}

/** With its resource a policy is gone at once: one that is created under the same name begins without. */
export function dropPolicy(state: State, resource: string): void {
  state.policies.delete(resource);
  state.formerPolicies.delete(resource);
}
