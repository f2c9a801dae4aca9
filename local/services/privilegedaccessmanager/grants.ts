import { z } from 'zod';
import { unauthenticated } from '../../authorization/access-errors.ts';
import { memberIncludes } from '../../authorization/member.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import type { Call } from '../../core/call.ts';
import { pageOf } from '../../core/paging.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import type { Grant } from '../../state/entitlement.ts';
import type { State } from '../../state/state.ts';
import { API, auditOf, authorizeOn, type ContainerKind, locationOf } from './containers.ts';
import { existingEntitlement } from './entitlement-resource.ts';
import { activate, existingGrant, secondsOf, stateOf, toGrant } from './grant-resource.ts';

const all = (kind: ContainerKind) =>
  `/v1/${kind}/{id}/locations/{location}/entitlements/{entitlement}/grants`;
const parentOf = (state: State, kind: ContainerKind, call: Call): string =>
  `${locationOf(state, kind, call)}/entitlements/${call.params.entitlement}`;

/** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements.grants/list */
export const listGrants = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.grants.list`,
  httpMethod: 'GET',
  path: all(kind),
  run(state, call) {
    const parent = parentOf(state, kind, call);
    authorizeOn(state, call, 'grants.list', parent);
    existingEntitlement(state, parent);
    const found = [...state.grants.values()]
      .filter(({ name }) => name.startsWith(`${parent}/grants/`))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const list = {
      key: ({ name }: Grant) => name,
      descending: false,
      maxSize: 500,
      defaultSize: 100,
    };
    const { page, ...token } = pageOf(found, call.query, list);
    return { ...(page.length > 0 && { grants: page.map((one) => toGrant(state, one)) }), ...token };
  },
});

/** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements.grants/get */
export const getGrant = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.grants.get`,
  httpMethod: 'GET',
  path: `${all(kind)}/{grant}`,
  run(state, call) {
    const name = `${parentOf(state, kind, call)}/grants/${call.params.grant}`;
    authorizeOn(state, call, 'grants.get', name);
    return toGrant(state, existingGrant(state, name));
  },
});

const GrantBody = message({
  requestedDuration: z.string().regex(/^\d+(\.\d+)?s$/),
  justification: message({ unstructuredJustification: z.string() }).optional(),
  additionalEmailRecipients: z.array(z.string()).optional(),
});

/**
 * No permission allows it: the entitlement says who can.
 *
 * @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements.grants/create
 */
export const createGrant = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.grants.create`,
  httpMethod: 'POST',
  path: all(kind),
  audit: auditOf(kind, 'CreateGrant'),
  run(state, call) {
    const { caller } = call;
    if (!caller) throw unauthenticated('CREDENTIALS_MISSING');
    const entitlement = existingEntitlement(state, parentOf(state, kind, call));
    requireOneOf(state, call, entitlement.eligibleUsers);
    const { requestedDuration, justification } = parseMessage(GrantBody, call.body);
    if (secondsOf(requestedDuration) > secondsOf(entitlement.maxRequestDuration)) {
      throw new ApiError('INVALID_ARGUMENT', 'The requested duration is too long.');
    }
    if (entitlement.requesterJustificationConfig.unstructured && !justification) {
      throw new ApiError('INVALID_ARGUMENT', 'A justification is required.');
    }
    const now = state.now().toISOString();
    const grant: Grant = {
      name: `${entitlement.name}/grants/${state.nextInsertId()}`,
      createTime: now,
      requester: caller.email,
      requestedDuration,
      ...(justification && { justification }),
      state: 'APPROVAL_AWAITED',
      timeline: { events: [{ eventTime: now, requested: {} }] },
      privilegedAccess: entitlement.privilegedAccess,
    };
    state.grants.set(grant.name, grant);
    if (!entitlement.approvalWorkflow) activate(state, grant, entitlement, caller.member);
    return toGrant(state, grant);
  },
});

/**
 * Nobody approves an own request.
 *
 * @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements.grants/approve
 */
export const approveGrant = (kind: ContainerKind): ApiMethod => ({
  api: API,
  name: `${kind}.locations.entitlements.grants.approve`,
  httpMethod: 'POST',
  path: `${all(kind)}/{grant}:approve`,
  audit: auditOf(kind, 'ApproveGrant'),
  run(state, call) {
    const { caller } = call;
    if (!caller) throw unauthenticated('CREDENTIALS_MISSING');
    const entitlement = existingEntitlement(state, parentOf(state, kind, call));
    const grant = existingGrant(state, `${entitlement.name}/grants/${call.params.grant}`);
    const steps = entitlement.approvalWorkflow?.manualApprovals.steps ?? [];
    requireOneOf(
      state,
      call,
      steps.flatMap(({ approvers }) => approvers),
    );
    if (caller.email === grant.requester) throw denied();
    if (stateOf(state, grant) !== 'APPROVAL_AWAITED') {
      throw new ApiError('FAILED_PRECONDITION', 'The grant does not wait for an approval.');
    }
    grant.timeline.events.push({
      eventTime: state.now().toISOString(),
      approved: { actor: caller.email },
    });
    const approvals = grant.timeline.events.filter((event) => 'approved' in event).length;
    const isUser = !grant.requester.endsWith('gserviceaccount.com');
    const member = `${isUser ? 'user' : 'serviceAccount'}:${grant.requester}`;
    if (approvals >= steps.length) activate(state, grant, entitlement, member);
    return toGrant(state, grant);
  },
});

function requireOneOf(
  state: State,
  { caller }: Call,
  entries: readonly { readonly principals: readonly string[] }[],
): void {
  const isIn = entries.some(({ principals }) =>
    principals.some((one) => caller && memberIncludes(state, one, caller)),
  );
  if (!isIn) throw denied();
}

const denied = (): ApiError =>
  new ApiError('PERMISSION_DENIED', 'The caller does not have permission');
