import type { Action } from '../../core/action.ts';
import { parseMessage } from '../../core/proto.ts';
import { Status } from '../../core/status.ts';
import {
  attachmentFor,
  checkDenyEtag,
  DenyPolicyBody,
  denyFieldsOf,
  denyPolicyAt,
  denyPolicyName,
  toDenyPolicy,
  writeDenyPolicy,
} from './deny-policy-resources.ts';

/** Without the rules. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies */
export const listDenyPolicies: Action = {
  api: 'iam',
  method: 'policies.listPolicies',
  verb: 'GET',
  path: '/v2/policies/{attachment}/denypolicies',
  run(state, { params, caller }) {
    const container = attachmentFor(state, caller, params.attachment, 'list');
    const policies = [...state.denyPolicies.values()].filter((p) => p.attachedTo === container);
    return policies.length > 0 ? { policies: policies.map((p) => toDenyPolicy(p, false)) } : {};
  },
};

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/get */
export const getDenyPolicy: Action = {
  api: 'iam',
  method: 'policies.get',
  verb: 'GET',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  run(state, { params, caller }) {
    const container = attachmentFor(state, caller, params.attachment, 'get');
    return toDenyPolicy(denyPolicyAt(state, container, params.id ?? ''), true);
  },
};

/** Done at once, in the form of a long-running operation. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/createPolicy */
export const createDenyPolicy: Action = {
  api: 'iam',
  method: 'policies.createPolicy',
  verb: 'POST',
  path: '/v2/policies/{attachment}/denypolicies',
  run(state, { params, query, body, caller }) {
    const asked = parseMessage(DenyPolicyBody, body);
    const container = attachmentFor(state, caller, params.attachment, 'create');
    const id = query.get('policyId') ?? '';
    if (!/^[a-z][a-z0-9.-]{2,62}$/.test(id)) {
      throw new Status('INVALID_ARGUMENT', `Invalid policy ID: ${id}.`);
    }
    const name = denyPolicyName(container, id);
    if (state.denyPolicies.has(name)) {
      throw new Status('ALREADY_EXISTS', `The policy ${id} already exists.`);
    }
    const policy = writeDenyPolicy(state, container, id, denyFieldsOf(asked));
    return done(name, toDenyPolicy(policy, true));
  },
};

/** The body replaces the policy. @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/update */
export const updateDenyPolicy: Action = {
  api: 'iam',
  method: 'policies.update',
  verb: 'PUT',
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
export const deleteDenyPolicy: Action = {
  api: 'iam',
  method: 'policies.delete',
  verb: 'DELETE',
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
