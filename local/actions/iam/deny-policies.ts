import type { Action } from '../../action.ts';
import {
  attachmentFor,
  DenyPolicyBody,
  denyPolicyAt,
  denyPolicyName,
  toDenyPolicy,
} from '../../deny-policies.ts';
import { parseMessage } from '../../proto.ts';
import { Status } from '../../status.ts';

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
    const { name: _given, ...fields } = parseMessage(DenyPolicyBody, body);
    const container = attachmentFor(state, caller, params.attachment, 'create');
    const id = query.get('policyId') ?? '';
    if (!/^[a-z][a-z0-9.-]{2,62}$/.test(id)) {
      throw new Status('INVALID_ARGUMENT', `Invalid policy ID: ${id}.`);
    }
    const name = denyPolicyName(container, id);
    if (state.denyPolicies.has(name)) {
      throw new Status('ALREADY_EXISTS', `The policy ${id} already exists.`);
    }
    const policy = { name, attachedTo: container, ...fields };
    state.denyPolicies.set(name, policy);
    return done(name, toDenyPolicy(policy, true));
  },
};

/** @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/delete */
export const deleteDenyPolicy: Action = {
  api: 'iam',
  method: 'policies.delete',
  verb: 'DELETE',
  path: '/v2/policies/{attachment}/denypolicies/{id}',
  run(state, { params, caller }) {
    const container = attachmentFor(state, caller, params.attachment, 'delete');
    const policy = denyPolicyAt(state, container, params.id ?? '');
    state.denyPolicies.delete(policy.name);
    return done(policy.name, toDenyPolicy(policy, true));
  },
};

const done = (name: string, policy: object): object => ({
  name: `${name}/operations/done`,
  done: true,
  response: { '@type': 'type.googleapis.com/google.iam.v2.Policy', ...policy },
});
