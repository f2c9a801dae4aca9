import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import { ownOrgPolicies, ownOrgPolicy } from '../../authorization/org-policy.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { message, parseMessage, unsupported } from '../../core/proto-json.ts';
import type { OrgPolicy } from '../../state/org-policy.ts';
import type { State } from '../../state/state.ts';
import { type ContainerKind, containerName } from '../cloudresourcemanager/containers.ts';
import { policyAudit } from './audit.ts';
import { toOrgPolicy } from './policy-resource.ts';

const values = z.array(z.string()).exactOptional();
const Rule = message({
  values: message({ allowedValues: values, deniedValues: values }).exactOptional(),
  allowAll: z.boolean().exactOptional(),
  denyAll: z.boolean().exactOptional(),
  enforce: z.boolean().exactOptional(),
  condition: unsupported,
  parameters: unsupported,
});
const Body = message({
  name: z.string(),
  spec: message({
    rules: z
      .array(Rule)
      .max(1, { error: 'The local cloud supports one rule, without a condition.' })
      .default([]),
    inheritFromParent: z.boolean().exactOptional(),
    reset: unsupported,
    etag: z.string().optional(),
    updateTime: z.string().optional(),
  }),
  dryRunSpec: unsupported,
  etag: z.string().optional(),
});

function parsePolicy(body: unknown): { constraint: string; policy: OrgPolicy } {
  const { name, spec } = parseMessage(Body, body);
  const [{ values: listed, allowAll, denyAll, enforce } = {}] = spec.rules;
  const policy = {
    ...listed,
    ...(allowAll && { allowAll }),
    ...(denyAll && { denyAll }),
    ...(enforce !== undefined && { enforce }),
    ...(spec.inheritFromParent && { inheritFromParent: true }),
  };
  if (Object.keys(policy).length === 0) {
    throw new ApiError('INVALID_ARGUMENT', 'The policy must have a rule.');
  }
  return { constraint: name.split('/').at(-1) ?? '', policy };
}

function store(state: State, container: string, policies: Record<string, OrgPolicy>): void {
  const [kind, id = ''] = container.split('/');
  const found = state[kind as ContainerKind].get(id);
  if (found === undefined) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  found.orgPolicies = policies;
}

const methodsOf = (kind: ContainerKind): ApiMethod[] => {
  const set = (
    state: State,
    container: string,
    body: unknown,
    existing: 'must exist' | 'must not exist',
  ): object => {
    const { constraint, policy } = parsePolicy(body);
    const before = ownOrgPolicy(state, container, constraint);
    if (before && existing === 'must not exist') {
      throw new ApiError('ALREADY_EXISTS', 'Requested entity already exists');
    }
    if (!before && existing === 'must exist') {
      throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
    }
    store(state, container, { ...ownOrgPolicies(state, container), [constraint]: policy });
    return toOrgPolicy(state, container, constraint, policy);
  };
  const api = 'orgpolicy';
  return [
    {
      api,
      name: `${kind}.policies.create`,
      httpMethod: 'POST',
      path: `/v2/${kind}/{id}/policies`,
      audit: policyAudit(kind, 'CreatePolicy'),
      run(state, { params: { id = '' }, body, caller }) {
        const container = containerName(state, kind, id);
        authorize(state, caller, 'orgpolicy.policies.create', container);
        return set(state, container, body, 'must not exist');
      },
    },
    {
      api,
      name: `${kind}.policies.patch`,
      httpMethod: 'PATCH',
      path: `/v2/${kind}/{id}/policies/{constraint}`,
      audit: policyAudit(kind, 'UpdatePolicy'),
      run(state, { params: { id = '' }, body, caller }) {
        const container = containerName(state, kind, id);
        authorize(state, caller, 'orgpolicy.policies.update', container);
        return set(state, container, body, 'must exist');
      },
    },
    {
      api,
      name: `${kind}.policies.delete`,
      httpMethod: 'DELETE',
      path: `/v2/${kind}/{id}/policies/{constraint}`,
      audit: policyAudit(kind, 'DeletePolicy'),
      run(state, { params: { id = '', constraint = '' }, caller }) {
        const container = containerName(state, kind, id);
        authorize(state, caller, 'orgpolicy.policies.delete', container);
        const { [constraint]: gone, ...others } = ownOrgPolicies(state, container);
        if (!gone) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
        store(state, container, others);
        return {};
      },
    },
  ];
};

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/create */
export const writePolicies: readonly ApiMethod[] = [
  ...methodsOf('projects'),
  ...methodsOf('folders'),
  ...methodsOf('organizations'),
];
