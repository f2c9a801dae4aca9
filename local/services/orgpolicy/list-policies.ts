import { authorize } from '../../authorization/authorize.ts';
import { ownOrgPolicies } from '../../authorization/org-policy.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { type ContainerKind, containerName } from '../cloudresourcemanager/containers.ts';
import { toOrgPolicy } from './policy-resource.ts';

/** The policies that are set on the container itself, on one page. */
const listPoliciesOf = (kind: ContainerKind): ApiMethod => ({
  api: 'orgpolicy',
  name: `${kind}.policies.list`,
  httpMethod: 'GET',
  path: `/v2/${kind}/{id}/policies`,
  run(state, { params: { id = '' }, caller }) {
    const container = containerName(state, kind, id);
    authorize(state, caller, 'orgpolicy.policies.list', container);
    const policies = Object.entries(ownOrgPolicies(state, container)).map(([constraint, policy]) =>
      toOrgPolicy(state, container, constraint, policy),
    );
    return policies.length > 0 ? { policies } : {};
  },
});

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/list */
export const listProjectPolicies = listPoliciesOf('projects');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies/list */
export const listFolderPolicies = listPoliciesOf('folders');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/list */
export const listOrganizationPolicies = listPoliciesOf('organizations');
