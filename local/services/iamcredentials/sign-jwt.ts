import { z } from 'zod';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import { signJwt as sign, signingKeyOf } from '../../identity/signing-keys.ts';
import { mintAudit } from './audit.ts';
import { delegates, targetOf } from './delegation.ts';

const MAX_AHEAD_SECONDS = 12 * 3600;

const Body = message({ delegates, payload: z.string() });

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt */
export const signJwt: ApiMethod = {
  api: 'iamcredentials',
  name: 'projects.serviceAccounts.signJwt',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:signJwt',
  audit: mintAudit('SignJwt'),
  async run(state, { params, body, caller }) {
    const { delegates, payload } = parseMessage(Body, body);
    checkClaims(payload, state.now());
    const target = targetOf(state, caller, params, delegates, 'iam.serviceAccounts.signJwt');
    const key = await signingKeyOf(state, target.uniqueId);
    return { keyId: key.keyId, signedJwt: await sign(key, payload) };
  },
};

/** Google does not document its messages for bad claims. These are ours. */
function checkClaims(payload: string, now: Date): void {
  const invalid = (reason: string) =>
    new ApiError('INVALID_ARGUMENT', `The payload is not a JWT Claims Set: ${reason}.`);
  let claims: unknown;
  try {
    claims = JSON.parse(payload);
  } catch {
    throw invalid('it is not JSON');
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw invalid('it is not a JSON object');
  }
  const exp: unknown = 'exp' in claims ? claims.exp : undefined;
  if (exp === undefined) return;
  if (!Number.isInteger(exp)) throw invalid("'exp' must be an integer");
  const aheadSeconds = Number(exp) - now.getTime() / 1000;
  if (aheadSeconds < 0) throw invalid("'exp' must not be in the past");
  if (aheadSeconds > MAX_AHEAD_SECONDS)
    throw invalid("'exp' must be at most 12 hours in the future");
}
