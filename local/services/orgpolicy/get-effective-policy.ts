import { authorize } from '../../authorization/authorize.ts';
import { effectiveOrgPolicy, policyName, ruleOf } from '../../authorization/org-policy.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import type { Kind } from '../cloudresourcemanager/containers.ts';

/** Inheritance is folded in, and so is what holds where nothing is set. */
const effective = (kind: Kind): Action => ({
  api: 'orgpolicy',
  method: `${kind}.policies.getEffectivePolicy`,
  verb: 'GET',
  path: `/v2/${kind}/{id}/policies/{constraint}:getEffectivePolicy`,
  run(state, { params: { id = '', constraint = '' }, caller }) {
    const container = `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;
    authorize(state, caller, 'orgpolicy.policy.get', container);
    const policy = effectiveOrgPolicy(state, container, constraint);
    return {
      name: policyName(state, container, constraint),
      spec: { rules: [policy === undefined ? unset(constraint) : ruleOf(policy)] },
    };
  },
});

/** The default of a constraint that only ever widens is to deny. */
const unset = (constraint: string): object =>
  constraint.startsWith('iam.allow') ? { denyAll: true } : { allowAll: true };

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy */
export const getProjectEffectivePolicy = effective('projects');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies/getEffectivePolicy */
export const getFolderEffectivePolicy = effective('folders');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/getEffectivePolicy */
export const getOrganizationEffectivePolicy = effective('organizations');
