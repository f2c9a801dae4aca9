import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import { ownOrgPolicy } from '../../authorization/org-policy.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { message, notKept, parseMessage } from '../../core/proto.ts';
import { Status } from '../../core/status.ts';
import type { OrgPolicy } from '../../state/state.ts';

const GetBody = message({ constraint: z.string() });

/** With what changes, clients send back what they read. */
const sentBack = z.string().exactOptional();

const values = z.array(z.string()).exactOptional();
const SetBody = message({
  policy: message({
    constraint: z.string(),
    listPolicy: message({
      allowedValues: values,
      deniedValues: values,
      allValues: z.enum(['ALL_VALUES_UNSPECIFIED', 'ALLOW', 'DENY']).exactOptional(),
      inheritFromParent: z.boolean().exactOptional(),
      suggestedValue: notKept,
    }).exactOptional(),
    booleanPolicy: notKept,
    restoreDefault: notKept,
    etag: sentBack,
    updateTime: sentBack,
    version: z.int().exactOptional(),
  }),
});

const short = (constraint: string): string => constraint.replace(/^constraints\//, '');

/** What is set on a project itself: all else that gcloud's `resource-manager org-policies` reads. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/getOrgPolicy */
export const getProjectOrgPolicy: Action = {
  api: 'cloudresourcemanager',
  method: 'projects.getOrgPolicy',
  verb: 'POST',
  path: '/v1/projects/{project}:getOrgPolicy',
  run(state, { params, body, caller }) {
    const container = `projects/${projectIdOf(state, params.project ?? '')}`;
    authorize(state, caller, 'orgpolicy.policy.get', container);
    const { constraint } = parseMessage(GetBody, body);
    return toPolicy(constraint, ownOrgPolicy(state, container, short(constraint)));
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/setOrgPolicy */
export const setProjectOrgPolicy: Action = {
  api: 'cloudresourcemanager',
  method: 'projects.setOrgPolicy',
  verb: 'POST',
  path: '/v1/projects/{project}:setOrgPolicy',
  run(state, { params, body, caller }) {
    const projectId = projectIdOf(state, params.project ?? '');
    authorize(state, caller, 'orgpolicy.policies.update', `projects/${projectId}`);
    const { constraint, listPolicy } = parseMessage(SetBody, body).policy;
    const project = state.projects.get(projectId);
    if (!project || !listPolicy) {
      throw new Status('INVALID_ARGUMENT', 'A list constraint takes a list policy.');
    }
    const { allowedValues, deniedValues, allValues, inheritFromParent } = listPolicy;
    const policy: OrgPolicy = {
      ...(allowedValues && { allowedValues }),
      ...(deniedValues && { deniedValues }),
      ...(allValues === 'ALLOW' && { allowAll: true }),
      ...(allValues === 'DENY' && { denyAll: true }),
      ...(inheritFromParent && { inheritFromParent }),
    };
    project.orgPolicies = { ...project.orgPolicies, [short(constraint)]: policy };
    return toPolicy(constraint, policy);
  },
};

function toPolicy(constraint: string, policy: OrgPolicy | undefined): object {
  const name = `constraints/${short(constraint)}`;
  if (!policy) return { constraint: name };
  const { allowedValues, deniedValues, allowAll, denyAll, inheritFromParent } = policy;
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
