import type { ApiMethod } from '../../../core/api-method.ts';
import { attachmentPointFor, existingDenyPolicy, toDenyPolicy } from './deny-policy-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/get */
export const getDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.get',
  httpMethod: 'GET',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  run(state, { params, caller }) {
    const container = attachmentPointFor(state, caller, params.attachment, 'get');
    return toDenyPolicy(state, existingDenyPolicy(state, container, params.id ?? ''), true);
  },
};
