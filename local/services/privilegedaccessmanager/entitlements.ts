import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { pageOf } from '../../core/paging.ts';
import { parseMessage } from '../../core/proto-json.ts';
import type { Entitlement } from '../../state/entitlement.ts';
import {
  API,
  auditOf,
  authorizeOn,
  type ContainerKind,
  containerOf,
  locationOf,
} from './containers.ts';
import {
  EntitlementBody,
  existingEntitlement,
  finished,
  toEntitlement,
  writeEntitlement,
} from './entitlement-resource.ts';
import { isOver } from './grant-resource.ts';

const all = (kind: ContainerKind) => `/v1/${kind}/{id}/locations/{location}/entitlements`;
const one = (kind: ContainerKind) => `${all(kind)}/{entitlement}`;

/** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements/list */
export const listEntitlements = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.list`,
  httpMethod: 'GET',
  path: all(kind),
  run(state, call) {
    const parent = locationOf(state, kind, call);
    authorizeOn(state, call, 'entitlements.list', parent);
    const found = [...state.entitlements.values()]
      .filter(({ name }) => name.startsWith(`${parent}/`))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const list = {
      key: ({ name }: Entitlement) => name,
      descending: false,
      maxSize: 500,
      defaultSize: 100,
    };
    const { page, ...token } = pageOf(found, call.query, list);
    return {
      ...(page.length > 0 && { entitlements: page.map((e) => toEntitlement(state, e)) }),
      ...token,
    };
  },
});

/** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements/get */
export const getEntitlement = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.get`,
  httpMethod: 'GET',
  path: one(kind),
  run(state, call) {
    const name = `${locationOf(state, kind, call)}/entitlements/${call.params.entitlement}`;
    authorizeOn(state, call, 'entitlements.get', name);
    return toEntitlement(state, existingEntitlement(state, name));
  },
});

/**
 * The creator also needs the right to set the policy of the container.
 *
 * @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements/create
 */
export const createEntitlement = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.create`,
  httpMethod: 'POST',
  path: all(kind),
  audit: auditOf(kind, 'CreateEntitlement'),
  run(state, call) {
    const id = call.query.get('entitlementId') ?? '';
    const name = `${locationOf(state, kind, call)}/entitlements/${id}`;
    authorizeOn(state, call, 'entitlements.create', name);
    authorize(state, call.caller, `resourcemanager.${kind}.setIamPolicy`, containerOf(name));
    const body = parseMessage(EntitlementBody, call.body);
    if (!/^[a-z][a-z0-9-]{3,62}$/.test(id)) {
      throw new ApiError('INVALID_ARGUMENT', `Invalid entitlement ID: ${id}.`);
    }
    const { roleBindings } = body.privilegedAccess.gcpIamAccess;
    if (roleBindings.some(({ role }) => /^roles\/(?:owner|editor|viewer)$/.test(role))) {
      throw new ApiError('INVALID_ARGUMENT', 'Basic roles are not supported.');
    }
    if (state.entitlements.has(name)) {
      throw new ApiError('ALREADY_EXISTS', `Resource '${name}' already exists`);
    }
    return finished(state, writeEntitlement(state, name, body));
  },
});

/** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements/delete */
export const deleteEntitlement = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.delete`,
  httpMethod: 'DELETE',
  path: one(kind),
  audit: auditOf(kind, 'DeleteEntitlement'),
  run(state, call) {
    const name = `${locationOf(state, kind, call)}/entitlements/${call.params.entitlement}`;
    authorizeOn(state, call, 'entitlements.delete', name);
    const entitlement = existingEntitlement(state, name);
    const grants = [...state.grants.values()].filter((grant) =>
      grant.name.startsWith(`${name}/grants/`),
    );
    if (grants.some((grant) => !isOver(state, grant))) {
      throw new ApiError('FAILED_PRECONDITION', 'The entitlement has grants that are in progress.');
    }
    state.entitlements.delete(name);
    for (const grant of grants) state.grants.delete(grant.name);
    return finished(state, entitlement);
  },
});
