import { z } from 'zod';
import { findAccount } from '../core/accounts.ts';
import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import type { Principal } from '../core/principal.ts';
import { principalOf } from '../core/principal.ts';
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

/** An access token of any account or user, by the machine's clock: a client's identity. */
export const token: ApiMethod = {
  api: 'local',
  name: 'token',
  httpMethod: 'POST',
  path: '/_local/token',
  anonymous: true,
  run(state, { body }) {
    const { account, scopes, lifetimeSeconds } = parseMessage(Body, body);
    const principal = named(state, account, scopes);
    const issued = issueToken(state, principal, scopes, lifetimeSeconds, 'machine');
    return { accessToken: issued.accessToken, expireTime: issued.expireTime.toISOString() };
  },
};

function named(state: State, name: string, scopes: readonly string[]): Principal {
  const email = /^user:([^@\s]+@[^@\s]+)$/.exec(name)?.[1]?.toLowerCase();
  if (email !== undefined) return { member: `user:${email}`, email, scopes };
  const account = findAccount(state, name.replace(/^serviceAccount:/, ''));
  if (account !== undefined) return principalOf(account, scopes);
  throw new ApiError(
    'NOT_FOUND',
    `There is no service account ${name} in this world. A person is written as user:ada@acme.com.`,
  );
}
