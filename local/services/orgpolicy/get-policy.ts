import { authorize } from '../../authorization/authorize.ts';
import { ownOrgPolicy } from '../../authorization/org-policy.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { type ContainerKind, containerName } from '../cloudresourcemanager/containers.ts';
import { toOrgPolicy } from './policy-resource.ts';

/** The policy that is set on the container itself. */
const getPolicyOf = (kind: ContainerKind): ApiMethod => ({
  api: 'orgpolicy',
  name: `${kind}.policies.get`,
  httpMethod: 'GET',
  path: `/v2/${kind}/{id}/policies/{constraint}`,
  run(state, { params: { id = '', constraint = '' }, caller }) {
    const container = containerName(state, kind, id);
    authorize(state, caller, 'orgpolicy.policy.get', container);
    const policy = ownOrgPolicy(state, container, constraint);
    if (policy === undefined) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
    return toOrgPolicy(state, container, constraint, policy);
  },
});

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/get */
export const getProjectPolicy = getPolicyOf('projects');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies/get */
export const getFolderPolicy = getPolicyOf('folders');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/get */
export const getOrganizationPolicy = getPolicyOf('organizations');
