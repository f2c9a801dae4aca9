import { z } from 'zod';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import { signJwt as sign, signingKeyOf } from '../../identity/signing-keys.ts';
import { delegates, walk } from './delegation.ts';

const MAX_AHEAD_SECONDS = 12 * 3600;

const Body = message({ delegates, payload: z.string() });

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt */
export const signJwt: ApiMethod = {
  api: 'iamcredentials',
  name: 'projects.serviceAccounts.signJwt',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:signJwt',
  async run(state, { params, body, caller }) {
    const { delegates, payload } = parseMessage(Body, body);
    checkClaims(payload, state.now());
    const target = walk(state, caller, params, delegates, 'iam.serviceAccounts.signJwt');
    const key = await signingKeyOf(state, target.uniqueId);
    return { keyId: key.keyId, signedJwt: await sign(key, payload) };
  },
};

/** The texts are ours: Google's are not documented. */
function checkClaims(payload: string, now: Date): void {
  const refused = (why: string) =>
    new ApiError('INVALID_ARGUMENT', `The payload is not a JWT Claims Set: ${why}.`);
  let claims: unknown;
  try {
    claims = JSON.parse(payload);
  } catch {
    throw refused('it is not JSON');
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw refused('it is not a JSON object');
  }
  const exp: unknown = 'exp' in claims ? claims.exp : undefined;
  if (exp === undefined) return;
  if (!Number.isInteger(exp)) throw refused("'exp' must be an integer");
  const ahead = Number(exp) - now.getTime() / 1000;
  if (ahead < 0) throw refused("'exp' must not be in the past");
  if (ahead > MAX_AHEAD_SECONDS) throw refused("'exp' must be at most 12 hours in the future");
}
