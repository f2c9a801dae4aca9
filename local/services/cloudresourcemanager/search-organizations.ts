import { hasPermission } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import type { Call } from '../../core/call.ts';
import type { State } from '../../state/state.ts';
import { toContainer, toOrganizationV1 } from './container-resource.ts';

/** The organizations that the caller may get. The query is ignored. @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/search */
export const searchOrganizations: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'organizations.search',
  httpMethod: 'GET',
  path: '/v3/organizations:search',
  run: (state, call) => visibleOrganizations(state, call, toContainer),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/search */
export const searchOrganizationsV1: ApiMethod = {
  ...searchOrganizations,
  httpMethod: 'POST',
  path: '/v1/organizations:search',
  audit: DATA_ACCESS,
  run: (state, call) => visibleOrganizations(state, call, toOrganizationV1),
};

function visibleOrganizations(state: State, { caller }: Call, toWire: typeof toContainer): object {
  const organizations = [...state.organizations.values()]
    .filter(
      ({ name }) =>
        caller && hasPermission(state, caller, 'resourcemanager.organizations.get', name),
    )
    .map((organization) => toWire(state, organization));
  return organizations.length > 0 ? { organizations } : {};
}
