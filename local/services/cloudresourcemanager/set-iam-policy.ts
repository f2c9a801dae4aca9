import { setIamPolicy } from '../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { containerPolicyAudit } from './audit.ts';
import { type ApiVersion, type ContainerKind, containerFor } from './containers.ts';

const setPolicy = (kind: ContainerKind, version: ApiVersion): ApiMethod => ({
  api: 'cloudresourcemanager',
  name: `${kind}.setIamPolicy`,
  httpMethod: 'POST',
  path: `/${version}/${kind}/{id}:setIamPolicy`,
  audit: containerPolicyAudit(kind, version),
  run(state, { params: { id = '' }, body, caller }) {
    const { name } = containerFor(state, caller, kind, id, 'setIamPolicy', version);
    return setIamPolicy(state, name, body);
  },
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/setIamPolicy */
export const setProjectIamPolicy = setPolicy('projects', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/setIamPolicy */
export const setFolderIamPolicy = setPolicy('folders', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/setIamPolicy */
export const setOrganizationIamPolicy = setPolicy('organizations', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/setIamPolicy */
export const setProjectIamPolicyV1 = setPolicy('projects', 'v1');
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/setIamPolicy */
export const setOrganizationIamPolicyV1 = setPolicy('organizations', 'v1');
/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/setIamPolicy */
export const setFolderIamPolicyV2 = setPolicy('folders', 'v2');
