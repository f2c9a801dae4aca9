import { writePolicy } from '../../authorization/iam-policy.ts';
import { ApiError } from '../../core/api-error.ts';
import { withProjectNumber } from '../../core/projects.ts';
import type { Entitlement, Grant } from '../../state/entitlement.ts';
import type { State } from '../../state/state.ts';

const OVER: ReadonlySet<string> = new Set([
  'DENIED',
  'ACTIVATION_FAILED',
  'EXPIRED',
  'REVOKED',
  'ENDED',
  'WITHDRAWN',
]);

export const secondsOf = (duration: string): number => Number(duration.replace('s', ''));

const endOf = ({ auditTrail, requestedDuration }: Grant): Date | undefined =>
  auditTrail
    ? new Date(Date.parse(auditTrail.accessGrantTime) + secondsOf(requestedDuration) * 1000)
    : undefined;

/** The state now: access ends when its time is over. */
export function stateOf(state: State, grant: Grant): string {
  const end = endOf(grant);
  return grant.state === 'ACTIVE' && end && end <= state.now() ? 'ENDED' : grant.state;
}

export const isOver = (state: State, grant: Grant): boolean => OVER.has(stateOf(state, grant));

export const toGrant = (state: State, grant: Grant): object => ({
  ...grant,
  name: withProjectNumber(state, grant.name),
  state: stateOf(state, grant),
  updateTime: grant.createTime,
});

export function existingGrant(state: State, name: string): Grant {
  const grant = state.grants.get(name);
  if (grant) return grant;
  throw new ApiError('NOT_FOUND', `Resource '${name}' was not found`);
}

/**
 * Adds the roles to the policy of the container, each with a condition that ends.
 *
 * @param member as IAM writes the requester
 */
export function activate(
  state: State,
  grant: Grant,
  entitlement: Entitlement,
  member: string,
): void {
  const now = state.now().toISOString();
  Object.assign(grant, { state: 'ACTIVE', auditTrail: { accessGrantTime: now } });
  grant.timeline.events.push({ eventTime: now, activated: {} });
  const [container = ''] = grant.name.split('/locations/');
  const policy = state.policies.get(container) ?? {};
  const until = `request.time < timestamp("${endOf(grant)?.toISOString()}")`;
  const added = entitlement.privilegedAccess.gcpIamAccess.roleBindings.map(
    ({ role, conditionExpression }) => ({
      role,
      members: [member],
      condition: {
        title: 'Created by: PAM',
        expression: conditionExpression ? `(${conditionExpression}) && ${until}` : until,
      },
    }),
  );
  writePolicy(state, container, { ...policy, bindings: [...(policy.bindings ?? []), ...added] });
}
