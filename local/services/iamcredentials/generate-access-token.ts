import { z } from 'zod';
import { allowsValue, effectiveOrgPolicy } from '../../authorization/org-policy.ts';
import { findAccount } from '../../core/accounts.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { type Principal, principalOf } from '../../core/principal.ts';
import { duration, message, parseMessage } from '../../core/proto-json.ts';
import { CLOUD_PLATFORM, issueToken } from '../../identity/access-tokens.ts';
import type { ServiceAccount } from '../../state/service-account.ts';
import type { State } from '../../state/state.ts';
import { mintAudit } from './audit.ts';
import { delegates, targetOf } from './delegation.ts';

const HOUR_SECONDS = 3600;
const MAX_SECONDS = 12 * HOUR_SECONDS;

const Body = message({
  delegates,
  scope: z.array(z.string()).min(1),
  lifetime: duration.default(HOUR_SECONDS),
});

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
export const generateAccessToken: ApiMethod = {
  api: 'iamcredentials',
  name: 'projects.serviceAccounts.generateAccessToken',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:generateAccessToken',
  audit: mintAudit('GenerateAccessToken'),
  run(state, { params, body, caller }) {
    const { delegates, scope, lifetime } = parseMessage(Body, body);
    const scopes = scope.map((requested) => requested || CLOUD_PLATFORM); // measured at Google: an empty scope means cloud-platform
    if (!scopes.every(isScope)) {
      throw new ApiError('INVALID_ARGUMENT', 'Request contains an invalid argument.');
    }
    if (lifetime <= 0) {
      throw new ApiError('INVALID_ARGUMENT', 'Lifetime of access token must be larger then zero.');
    }
    const target = targetOf(state, caller, params, delegates, 'iam.serviceAccounts.getAccessToken');
    checkLifetime(state, target, lifetime);
    const { accessToken, expireTime } = issueToken(
      state,
      { ...principalOf(target), delegation: delegationOf(state, caller, delegates) },
      scopes,
      Math.ceil(lifetime),
      'local',
    );
    return { accessToken, expireTime: expireTime.toISOString().replace('.000Z', 'Z') };
  },
};

/** The accounts that mint a token for the target, as the audit log shows them in later calls with this token. */
const delegationOf = (
  state: State,
  caller: Principal | undefined,
  delegates: readonly string[],
): readonly string[] => [
  ...(caller?.delegation ?? []),
  ...(caller ? [caller.email] : []),
  ...delegates.flatMap((name) => findAccount(state, name.split('/').at(-1) ?? '')?.email ?? []),
];

const isScope = (scope: string): boolean =>
  /^(openid|email|profile|https:\/\/(www\.googleapis\.com\/auth\/|mail\.google\.com\/|www\.google\.com\/).*)$/.test(
    scope,
  );

function checkLifetime(state: State, target: ServiceAccount, seconds: number): void {
  if (seconds <= HOUR_SECONDS) return;
  const policy = effectiveOrgPolicy(
    state,
    `projects/${target.projectId}`,
    'iam.allowServiceAccountCredentialLifetimeExtension',
  );
  if (!allowsValue(policy, target.email)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Access tokens for service account ${target.email} can not have lifetimes of more than 1 hour. Use the Org Policy Constraint constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow up to 12 hours.`,
    );
  }
  if (seconds > MAX_SECONDS) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      'Lifetime of access token must not be larger than 12 hours.',
    );
  }
}
