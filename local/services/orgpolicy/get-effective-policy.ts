import { authorize } from '../../authorization/authorize.ts';
import { effectiveOrgPolicy, orgPolicyName, toPolicyRule } from '../../authorization/org-policy.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { type ContainerKind, containerName } from '../cloudresourcemanager/containers.ts';

/** The inherited policies, merged. If no container has a policy, Google's default applies. */
const getEffectivePolicyOf = (kind: ContainerKind): ApiMethod => ({
  api: 'orgpolicy',
  name: `${kind}.policies.getEffectivePolicy`,
  httpMethod: 'GET',
  path: `/v2/${kind}/{id}/policies/{constraint}:getEffectivePolicy`,
  run(state, { params: { id = '', constraint = '' }, caller }) {
    const container = containerName(state, kind, id);
    authorize(state, caller, 'orgpolicy.policy.get', container);
    const policy = effectiveOrgPolicy(state, container, constraint);
    return {
      name: orgPolicyName(state, container, constraint),
      spec: { rules: [policy === undefined ? defaultRule(constraint) : toPolicyRule(policy)] },
    };
  },
});

/** Google enforces these constraints unless a policy says otherwise. */
const ENFORCED: ReadonlySet<string> = new Set(['iam.disableCrossProjectServiceAccountUsage']);

/** Google's default for a constraint without a policy. The lists of accounts that may have more are empty by default. */
function defaultRule(constraint: string): object {
  if (ENFORCED.has(constraint)) return { enforce: true };
  if (/^iam\.(managed\.)?disable/.test(constraint)) return { enforce: false };
  return constraint.startsWith('iam.allowServiceAccount') ? { denyAll: true } : { allowAll: true };
}

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy */
export const getProjectEffectivePolicy = getEffectivePolicyOf('projects');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies/getEffectivePolicy */
export const getFolderEffectivePolicy = getEffectivePolicyOf('folders');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/getEffectivePolicy */
export const getOrganizationEffectivePolicy = getEffectivePolicyOf('organizations');
