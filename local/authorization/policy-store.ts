import type { Policy } from '../state/policy.ts';
import type { State } from '../state/state.ts';

/** Replaces a resource's policy. The replaced policy still decides until the new one has propagated. */
export function storePolicy(state: State, resource: string, policy: Policy | undefined): void {
  const { propagationSeconds } = state.settings;
  if (propagationSeconds > 0) {
    const until = state.now().getTime() + propagationSeconds * 1000;
    const previous = state.previousPolicies.get(resource) ?? [];
    previous.push({ policy: state.policies.get(resource), until });
    state.previousPolicies.set(resource, previous);
  }
  if (policy === undefined) state.policies.delete(resource);
  else state.policies.set(resource, policy);
}

/** The policy that decides now: the newest one that has propagated. */
export function activePolicy(state: State, resource: string): Policy | undefined {
  const previous = state.previousPolicies.get(resource);
  if (previous === undefined) return state.policies.get(resource);
  const now = state.now().getTime();
  const unexpired = previous.filter(({ until }) => until > now);
  if (unexpired.length === 0) state.previousPolicies.delete(resource);
  else state.previousPolicies.set(resource, unexpired);
  return unexpired[0] === undefined ? state.policies.get(resource) : unexpired[0].policy;
}

/** Deletes the policy of a deleted resource at once: a new resource under the same name starts without a policy. */
export function deletePolicy(state: State, resource: string): void {
  state.policies.delete(resource);
  state.previousPolicies.delete(resource);
}
