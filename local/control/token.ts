import { z } from 'zod';
import { findAccount } from '../core/accounts.ts';
import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { type Principal, principalOf } from '../core/principal.ts';
import { parseMessage } from '../core/proto-json.ts';
import { CLOUD_PLATFORM, issueToken } from '../identity/access-tokens.ts';
import type { State } from '../state/state.ts';

const Body = z.strictObject({
  account: z.string(),
  scopes: z
    .array(z.string())
    .default([CLOUD_PLATFORM, 'https://www.googleapis.com/auth/userinfo.email', 'openid']),
  lifetimeSeconds: z.int().min(1).default(3600),
});

/** An access token of any service account or user, for a client on this machine. */
export const token: ApiMethod = {
  api: 'local',
  name: 'token',
  httpMethod: 'POST',
  path: '/_local/token',
  anonymous: true,
  run(state, { body }) {
    const { account, scopes, lifetimeSeconds } = parseMessage(Body, body);
    const principal = principalNamed(state, account, scopes);
    const issued = issueToken(state, principal, scopes, lifetimeSeconds, 'machine');
    return { accessToken: issued.accessToken, expireTime: issued.expireTime.toISOString() };
  },
};

/** Any user exists; a service account must be in the state. */
function principalNamed(state: State, name: string, scopes: readonly string[]): Principal {
  const email = /^user:([^@\s]+@[^@\s]+)$/.exec(name)?.[1]?.toLowerCase();
  if (email !== undefined) return { member: `user:${email}`, email, scopes };
  const account = findAccount(state, name.replace(/^serviceAccount:/, ''));
  if (account !== undefined) return principalOf(account, scopes);
  throw new ApiError(
    'NOT_FOUND',
    `There is no service account ${name} in this world. Write a person as user:ada@acme.com.`,
  );
}
