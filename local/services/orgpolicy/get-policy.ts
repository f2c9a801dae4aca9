import { authorize } from '../../authorization/authorize.ts';
import {
  ownOrgPolicies,
  ownOrgPolicy,
  policyName,
  ruleOf,
} from '../../authorization/org-policy.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { Status } from '../../core/status.ts';
import type { OrgPolicy, State } from '../../state/state.ts';
import type { Kind } from '../cloudresourcemanager/containers.ts';

/** What is set on a container itself. */
const get = (kind: Kind): Action => ({
  api: 'orgpolicy',
  method: `${kind}.policies.get`,
  verb: 'GET',
  path: `/v2/${kind}/{id}/policies/{constraint}`,
  run(state, { params: { id = '', constraint = '' }, caller }) {
    const container = containerOf(state, kind, id);
    authorize(state, caller, 'orgpolicy.policy.get', container);
    const policy = ownOrgPolicy(state, container, constraint);
    if (policy === undefined) throw new Status('NOT_FOUND', 'Requested entity was not found.');
    return toPolicy(state, container, constraint, policy);
  },
});

/** All that is set on a container itself, in one page. */
const list = (kind: Kind): Action => ({
  api: 'orgpolicy',
  method: `${kind}.policies.list`,
  verb: 'GET',
  path: `/v2/${kind}/{id}/policies`,
  run(state, { params: { id = '' }, caller }) {
    const container = containerOf(state, kind, id);
    authorize(state, caller, 'orgpolicy.policies.list', container);
    const policies = Object.entries(ownOrgPolicies(state, container)).map(([constraint, policy]) =>
      toPolicy(state, container, constraint, policy),
    );
    return policies.length > 0 ? { policies } : {};
  },
});

const containerOf = (state: State, kind: Kind, id: string): string =>
  `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;

const toPolicy = (
  state: State,
  container: string,
  constraint: string,
  policy: OrgPolicy,
): object => ({
  name: policyName(state, container, constraint),
  spec: {
    rules: [ruleOf(policy)],
    ...(policy.inheritFromParent && { inheritFromParent: true }),
  },
});

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/get */
export const getProjectPolicy = get('projects');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies/get */
export const getFolderPolicy = get('folders');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/get */
export const getOrganizationPolicy = get('organizations');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/list */
export const listProjectPolicies = list('projects');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies/list */
export const listFolderPolicies = list('folders');
/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/list */
export const listOrganizationPolicies = list('organizations');
