import { z } from 'zod';
import { getIamPolicy } from '../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import { type ApiVersion, type ContainerKind, containerFor } from './containers.ts';

const Body = message({
  options: message({ requestedPolicyVersion: z.int().default(0) }).exactOptional(),
  resource: z.string().exactOptional(),
});

/** A POST with the version in its body. IAM and Secret Manager read the version from the query. */
const getPolicy = (kind: ContainerKind, version: ApiVersion): ApiMethod => ({
  api: 'cloudresourcemanager',
  name: `${kind}.getIamPolicy`,
  httpMethod: 'POST',
  path: `/${version}/${kind}/{id}:getIamPolicy`,
  audit: DATA_ACCESS,
  run(state, { params: { id = '' }, body, caller }) {
    const { options } = parseMessage(Body, body);
    const { name } = containerFor(state, caller, kind, id, 'getIamPolicy', version);
    return getIamPolicy(state, name, options?.requestedPolicyVersion);
  },
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/getIamPolicy */
export const getProjectIamPolicy = getPolicy('projects', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/getIamPolicy */
export const getFolderIamPolicy = getPolicy('folders', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/getIamPolicy */
export const getOrganizationIamPolicy = getPolicy('organizations', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/getIamPolicy */
export const getProjectIamPolicyV1 = getPolicy('projects', 'v1');
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/getIamPolicy */
export const getOrganizationIamPolicyV1 = getPolicy('organizations', 'v1');
/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/getIamPolicy */
export const getFolderIamPolicyV2 = getPolicy('folders', 'v2');
