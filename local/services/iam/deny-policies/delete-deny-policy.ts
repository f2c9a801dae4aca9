import type { ApiMethod } from '../../../core/api-method.ts';
import { denyPolicyAudit } from '../audit.ts';
import {
  attachmentPointFor,
  checkDenyPolicyEtag,
  existingDenyPolicy,
  toDenyPolicy,
} from './deny-policy-resource.ts';
import { finishedOperation } from './operation.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/delete */
export const deleteDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.delete',
  httpMethod: 'DELETE',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  audit: denyPolicyAudit('DeletePolicy'),
  run(state, { params, query, caller }) {
    const container = attachmentPointFor(state, caller, params.attachment, 'delete');
    const policy = existingDenyPolicy(state, container, params.id ?? '');
    checkDenyPolicyEtag(query.get('etag'), policy);
    state.denyPolicies.delete(policy.name);
    return finishedOperation(state, policy.name, {
      ...toDenyPolicy(state, policy, true),
      deleteTime: state.now().toISOString(),
    });
  },
};
