import { z } from 'zod';
import { getIamPolicy } from '../../authorization/policy.ts';
import type { Action } from '../../core/action.ts';
import { message, parseMessage } from '../../core/proto.ts';
import { containerFor, type Kind } from './containers.ts';

const Body = message({
  options: message({ requestedPolicyVersion: z.int().default(0) }).exactOptional(),
  resource: z.string().exactOptional(),
});

/** POST with the version in the body, unlike that of IAM and of Secret Manager. */
const getPolicy = (kind: Kind, version: 'v1' | 'v2' | 'v3'): Action => ({
  api: 'cloudresourcemanager',
  method: `${kind}.getIamPolicy`,
  verb: 'POST',
  path: `/${version}/${kind}/{id}:getIamPolicy`,
  run(state, { params: { id = '' }, body, caller }) {
    const { options } = parseMessage(Body, body);
    const { name } = containerFor(state, caller, kind, id, 'getIamPolicy');
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
