import { z } from 'zod';
import { principalOf } from '../authorization/authorize.ts';
import { findAccount } from '../authorization/hierarchy.ts';
import type { Action, Principal } from '../core/action.ts';
import { parseMessage } from '../core/proto.ts';
import { Status } from '../core/status.ts';
import { CLOUD_PLATFORM, issueToken } from '../identity/tokens.ts';
import type { State } from '../state/state.ts';

const Body = z.strictObject({
  account: z.string(),
  scopes: z
    .array(z.string())
    .default([CLOUD_PLATFORM, 'https://www.googleapis.com/auth/userinfo.email', 'openid']),
  lifetimeSeconds: z.int().min(1).default(3600),
});

/** An access token of any account or user, by the machine's clock: a client's identity. */
export const token: Action = {
  api: 'local',
  method: 'token',
  verb: 'POST',
  path: '/_local/token',
  anonymous: true,
  run(state, { body }) {
    const { account, scopes, lifetimeSeconds } = parseMessage(Body, body);
    const principal = named(state, account, scopes);
    const issued = issueToken(state, principal, scopes, lifetimeSeconds, 'wall');
    return { accessToken: issued.accessToken, expireTime: issued.expireTime.toISOString() };
  },
};

function named(state: State, name: string, scopes: readonly string[]): Principal {
  const email = /^user:([^@\s]+@[^@\s]+)$/.exec(name)?.[1]?.toLowerCase();
  if (email !== undefined) return { member: `user:${email}`, email, scopes };
  const account = findAccount(state, name.replace(/^serviceAccount:/, ''));
  if (account !== undefined) return principalOf(account, scopes);
  throw new Status(
    'NOT_FOUND',
    `There is no service account ${name} in this world. A person is written as user:ada@acme.com.`,
  );
}
