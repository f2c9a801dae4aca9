import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import { denyPolicyAudit } from '../audit.ts';
import { checkDenyRules } from './check-rules.ts';
import {
  attachmentPointFor,
  DenyPolicyBody,
  denyPolicyName,
  toDenyPolicy,
  writableFieldsOf,
  writeDenyPolicy,
} from './deny-policy-resource.ts';
import { finishedOperation } from './operation.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/createPolicy */
export const createDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.createPolicy',
  httpMethod: 'POST',
  path: '/v2/policies/{attachment}/denypolicies',
  audit: denyPolicyAudit('CreatePolicy'),
  run(state, { params, query, body, caller }) {
    const requested = parseMessage(DenyPolicyBody, body);
    checkDenyRules(requested.rules);
    const container = attachmentPointFor(state, caller, params.attachment, 'create');
    const id = query.get('policyId') ?? '';
    if (!/^[a-z][a-z0-9.-]{2,62}$/.test(id)) {
      throw new ApiError('INVALID_ARGUMENT', `Invalid policy ID: ${id}.`);
    }
    const name = denyPolicyName(container, id);
    if (state.denyPolicies.has(name)) {
      throw new ApiError('ALREADY_EXISTS', `The policy ${id} already exists.`);
    }
    const policy = writeDenyPolicy(state, container, id, writableFieldsOf(requested));
    return finishedOperation(state, name, toDenyPolicy(state, policy, true));
  },
};
