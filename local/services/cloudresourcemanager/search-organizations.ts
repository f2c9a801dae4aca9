import { hasPermission } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import { toContainer } from './containers.ts';

/** The organizations that the caller may get. The query is ignored. @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/search */
export const searchOrganizations: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'organizations.search',
  httpMethod: 'GET',
  path: '/v3/organizations:search',
  run(state, { caller }) {
    const organizations = [...state.organizations.values()]
      .filter(
        ({ name }) =>
          caller && hasPermission(state, caller, 'resourcemanager.organizations.get', name),
      )
      .map((organization) => toContainer(state, organization));
    return organizations.length > 0 ? { organizations } : {};
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/search */
export const searchOrganizationsV1: ApiMethod = {
  ...searchOrganizations,
  httpMethod: 'POST',
  path: '/v1/organizations:search',
  audit: DATA_ACCESS,
};
