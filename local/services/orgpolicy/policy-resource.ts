import { orgPolicyName, toPolicyRule } from '../../authorization/org-policy.ts';
import type { OrgPolicy } from '../../state/org-policy.ts';
import type { State } from '../../state/state.ts';

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies#Policy */
export const toOrgPolicy = (
  state: State,
  container: string,
  constraint: string,
  policy: OrgPolicy,
): object => ({
  name: orgPolicyName(state, container, constraint),
  spec: {
    rules: [toPolicyRule(policy)],
    ...(policy.inheritFromParent && { inheritFromParent: true }),
  },
});
