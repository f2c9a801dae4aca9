import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import {
  attachmentFor,
  checkDenyEtag,
  DenyPolicyBody,
  denyFieldsOf,
  denyPolicyAt,
  denyPolicyName,
  toDenyPolicy,
  writeDenyPolicy,
} from './deny-policy-resource.ts';

/** Without the rules. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies */
export const listDenyPolicies: ApiMethod = {
  api: 'iam',
  name: 'policies.listPolicies',
  httpMethod: 'GET',
  path: '/v2/policies/{attachment}/denypolicies',
  run(state, { params, caller }) {
    const container = attachmentFor(state, caller, params.attachment, 'list');
    const policies = [...state.denyPolicies.values()].filter((p) => p.attachedTo === container);
    return policies.length > 0 ? { policies: policies.map((p) => toDenyPolicy(p, false)) } : {};
  },
};

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/get */
export const getDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.get',
  httpMethod: 'GET',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  run(state, { params, caller }) {
    const container = attachmentFor(state, caller, params.attachment, 'get');
    return toDenyPolicy(denyPolicyAt(state, container, params.id ?? ''), true);
  },
};

/** Done at once, in the form of a long-running operation. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/createPolicy */
export const createDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.createPolicy',
  httpMethod: 'POST',
  path: '/v2/policies/{attachment}/denypolicies',
  run(state, { params, query, body, caller }) {
    const asked = parseMessage(DenyPolicyBody, body);
    const container = attachmentFor(state, caller, params.attachment, 'create');
    const id = query.get('policyId') ?? '';
    if (!/^[a-z][a-z0-9.-]{2,62}$/.test(id)) {
      throw new ApiError('INVALID_ARGUMENT', `Invalid policy ID: ${id}.`);
    }
    const name = denyPolicyName(container, id);
    if (state.denyPolicies.has(name)) {
      throw new ApiError('ALREADY_EXISTS', `The policy ${id} already exists.`);
    }
    const policy = writeDenyPolicy(state, container, id, denyFieldsOf(asked));
    return done(name, toDenyPolicy(policy, true));
  },
};

/** The body replaces the policy. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/update */
export const updateDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.update',
  httpMethod: 'PUT',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  run(state, { params: { attachment, id = '' }, body, caller }) {
    const asked = parseMessage(DenyPolicyBody, body);
    const container = attachmentFor(state, caller, attachment, 'update');
    checkDenyEtag(asked.etag, denyPolicyAt(state, container, id));
    const policy = writeDenyPolicy(state, container, id, denyFieldsOf(asked));
    return done(policy.name, toDenyPolicy(policy, true));
  },
};

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/delete */
export const deleteDenyPolicy: ApiMethod = {
  api: 'iam',
  name: 'policies.delete',
  httpMethod: 'DELETE',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  run(state, { params, query, caller }) {
    const container = attachmentFor(state, caller, params.attachment, 'delete');
    const policy = denyPolicyAt(state, container, params.id ?? '');
    checkDenyEtag(query.get('etag'), policy);
    state.denyPolicies.delete(policy.name);
    return done(policy.name, toDenyPolicy(policy, true));
  },
};

const done = (name: string, policy: object): object => ({
  name: `${name}/operations/done`,
  done: true,
  response: { '@type': 'type.googleapis.com/google.iam.v2.Policy', ...policy },
});
