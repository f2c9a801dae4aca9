import type { ApiMethod } from '../../../core/api-method.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import { denyPolicyAudit } from '../audit.ts';
import { checkDenyRules } from './check-rules.ts';
import {
  attachmentPointFor,
  checkDenyPolicyEtag,
  DenyPolicyBody,
  existingDenyPolicy,
  toDenyPolicy,
  writableFieldsOf,
  writeDenyPolicy,
} from './deny-policy-resource.ts';
import { finishedOperation } from './operation.ts';

/** The body replaces the whole policy. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/update */
export const updateDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.update',
  httpMethod: 'PUT',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  audit: denyPolicyAudit('UpdatePolicy'),
  run(state, { params: { attachment, id = '' }, body, caller }) {
    const requested = parseMessage(DenyPolicyBody, body);
    checkDenyRules(requested.rules);
    const container = attachmentPointFor(state, caller, attachment, 'update');
    checkDenyPolicyEtag(requested.etag, existingDenyPolicy(state, container, id));
    const policy = writeDenyPolicy(state, container, id, writableFieldsOf(requested));
    return finishedOperation(state, policy.name, toDenyPolicy(state, policy, true));
  },
};
