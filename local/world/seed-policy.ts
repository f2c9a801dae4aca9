import { writePolicy } from '../authorization/iam-policy.ts';
import type { PolicyBody } from '../authorization/policy-body.ts';
import type { State } from '../state/state.ts';

/** Replaces the policy of a resource when the world has one for it. */
export function seedPolicy(state: State, resource: string, policy: PolicyBody | undefined): void {
  if (policy !== undefined) writePolicy(state, resource, policy);
}
