import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import { ownOrgPolicy } from '../../authorization/org-policy.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import { projectIdOf } from '../../core/projects.ts';
import { message, parseMessage, unsupported } from '../../core/proto-json.ts';
import type { OrgPolicy } from '../../state/org-policy.ts';
import { orgPolicyAudit } from './audit.ts';

const GetBody = message({ constraint: z.string() });

/** Clients send back the whole policy that they read. This field is ignored. */
const ignored = z.string().exactOptional();

const values = z.array(z.string()).exactOptional();
const SetBody = message({
  policy: message({
    constraint: z.string(),
    listPolicy: message({
      allowedValues: values,
      deniedValues: values,
      allValues: z.enum(['ALL_VALUES_UNSPECIFIED', 'ALLOW', 'DENY']).exactOptional(),
      inheritFromParent: z.boolean().exactOptional(),
      suggestedValue: unsupported,
    }).exactOptional(),
    booleanPolicy: message({ enforced: z.boolean().default(false) }).exactOptional(),
    restoreDefault: unsupported,
    etag: ignored,
    updateTime: ignored,
    version: z.int().exactOptional(),
  }),
});

const withoutPrefix = (constraint: string): string => constraint.replace(/^constraints\//, '');

/** The policy that is set on the project itself. gcloud's `resource-manager org-policies` reads it. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/getOrgPolicy */
export const getProjectOrgPolicy: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.getOrgPolicy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}:getOrgPolicy',
  audit: DATA_ACCESS,
  run(state, { params, body, caller }) {
    const container = `projects/${projectIdOf(state, params.project ?? '')}`;
    authorize(state, caller, 'orgpolicy.policy.get', container);
    const { constraint } = parseMessage(GetBody, body);
    return toPolicy(constraint, ownOrgPolicy(state, container, withoutPrefix(constraint)));
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/setOrgPolicy */
export const setProjectOrgPolicy: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.setOrgPolicy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}:setOrgPolicy',
  audit: orgPolicyAudit,
  run(state, { params, body, caller }) {
    const projectId = projectIdOf(state, params.project ?? '');
    authorize(state, caller, 'orgpolicy.policies.update', `projects/${projectId}`);
    const { constraint, listPolicy, booleanPolicy } = parseMessage(SetBody, body).policy;
    const project = state.projects.get(projectId);
    if (!project || (!listPolicy && !booleanPolicy)) {
      throw new ApiError('INVALID_ARGUMENT', 'A policy is a list policy or a boolean policy.');
    }
    const set = (policy: OrgPolicy) => {
      project.orgPolicies = { ...project.orgPolicies, [withoutPrefix(constraint)]: policy };
      return toPolicy(constraint, policy);
    };
    if (!listPolicy) return set({ enforce: booleanPolicy?.enforced === true });
    const { allowedValues, deniedValues, allValues, inheritFromParent } = listPolicy;
    const policy: OrgPolicy = {
      ...(allowedValues && { allowedValues }),
      ...(deniedValues && { deniedValues }),
      ...(allValues === 'ALLOW' && { allowAll: true }),
      ...(allValues === 'DENY' && { denyAll: true }),
      ...(inheritFromParent && { inheritFromParent }),
    };
    return set(policy);
  },
};

function toPolicy(constraint: string, policy: OrgPolicy | undefined): object {
  const name = `constraints/${withoutPrefix(constraint)}`;
  if (!policy) return { constraint: name };
  const { allowedValues, deniedValues, allowAll, denyAll, inheritFromParent, enforce } = policy;
  if (enforce !== undefined) {
    return { constraint: name, booleanPolicy: enforce ? { enforced: true } : {} };
  }
  return {
    constraint: name,
    listPolicy: {
      ...(allowedValues && { allowedValues }),
      ...(deniedValues && { deniedValues }),
      ...((allowAll || denyAll) && { allValues: allowAll ? 'ALLOW' : 'DENY' }),
      ...(inheritFromParent && { inheritFromParent }),
    },
  };
}
