import type { ApiMethod } from '../../../core/api-method.ts';
import { attachmentPointFor, toDenyPolicy } from './deny-policy-resource.ts';

/** A list does not contain the rules. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies */
export const listDenyPolicies: ApiMethod = {
  api: 'iam',
  name: 'policies.listPolicies',
  httpMethod: 'GET',
  path: '/v2/policies/{attachment}/denypolicies',
  run(state, { params, caller }) {
    const container = attachmentPointFor(state, caller, params.attachment, 'list');
    const policies = [...state.denyPolicies.values()].filter((p) => p.attachedTo === container);
    return policies.length > 0
      ? { policies: policies.map((p) => toDenyPolicy(state, p, false)) }
      : {};
  },
};
