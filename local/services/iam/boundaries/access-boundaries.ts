import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf, withProjectNumber } from '../../../core/projects.ts';

const CREATED = '2020-01-01T00:00:00Z';

/**
 * The bindings of principal access boundary policies to the principals of a container. The local cloud does not enforce these policies.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v3/projects.locations.policyBindings/searchTargetPolicyBindings
 */
const searchTargetPolicyBindingsOf = (
  kind: 'projects' | 'folders' | 'organizations',
): ApiMethod => ({
  api: 'iam',
  name: `${kind}.locations.policyBindings.searchTargetPolicyBindings`,
  httpMethod: 'GET',
  path: `/v3/${kind}/{id}/locations/global/policyBindings:searchTargetPolicyBindings`,
  run(state, { params: { id = '' }, query, caller }) {
    const container = `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;
    const principalSet = `//cloudresourcemanager.googleapis.com/${withProjectNumber(state, container)}`;
    authorize(state, caller, `resourcemanager.${kind}.searchPolicyBindings`, container);
    if (query.get('target') !== principalSet) {
      throw new ApiError('INVALID_ARGUMENT', `The target must be ${principalSet}.`);
    }
    const policyBindings = [...state.accessBoundaries.values()].flatMap(({ name, boundTo }) =>
      boundTo
        .filter((bound) => bound.container === container)
        .map(({ condition }) => ({
          name: `${withProjectNumber(state, container)}/locations/global/policyBindings/${name.split('/').at(-1)}`,
          target: { principalSet },
          policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
          policy: name,
          ...(condition !== undefined && { condition: { expression: condition } }),
          createTime: CREATED,
          updateTime: CREATED,
        })),
    );
    return policyBindings.length > 0 ? { policyBindings } : {};
  },
});

/** @see https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies/get */
const getBoundary: ApiMethod = {
  api: 'iam',
  name: 'organizations.locations.principalAccessBoundaryPolicies.get',
  httpMethod: 'GET',
  path: '/v3/organizations/{id}/locations/global/principalAccessBoundaryPolicies/{boundary}',
  run(state, { params: { id = '', boundary = '' }, caller }) {
    authorize(state, caller, 'iam.principalaccessboundarypolicies.get', `organizations/${id}`);
    const name = `organizations/${id}/locations/global/principalAccessBoundaryPolicies/${boundary}`;
    const policy = state.accessBoundaries.get(name);
    if (!policy) throw new ApiError('NOT_FOUND', `Policy "${name}" not found.`);
    const { resources, enforcementVersion } = policy;
    return {
      name,
      displayName: boundary,
      details: { rules: [{ resources, effect: 'ALLOW' }], enforcementVersion },
      createTime: CREATED,
      updateTime: CREATED,
    };
  },
};

export const boundaries: readonly ApiMethod[] = [
  ...(['projects', 'folders', 'organizations'] as const).map(searchTargetPolicyBindingsOf),
  getBoundary,
];
