import { z } from 'zod';
import type { Credentials } from '../cloud/credentials.ts';
import { err, ok } from '../domain/basics/result.ts';
import { failureOf } from './wire/failures.ts';
import type { Hosts, Http } from './wire/http.ts';

const TokenInfoBody = z.object({
  azp: z.string(),
  email: z.string().exactOptional(),
  scope: z.string(),
  exp: z.coerce.number().int(),
});

/**
 * Asks Google which account, scopes and expiry an access token has. The token is in the body, because URLs are logged.
 *
 * @returns `disproved` if Google does not know the token, `cloud-busy` if Google does not answer
 */
export const introspectOf =
  (http: Http, hosts: Hosts): Credentials['introspect'] =>
  async (token, signal) => {
    const response = await http({
      method: 'POST',
      url: `${hosts.oauth2}/tokeninfo`,
      form: { access_token: token.reveal() },
      anonymous: true,
      signal,
    });
    if (response.status !== 200) {
      return err(
        failureOf(response, {
          operation: 'introspection',
          denied: 'cloud-busy', // Google throttles this endpoint, which it offers for debugging
          missing: 'cloud-busy',
          refused: 'disproved',
        }),
      );
    }
    const info = TokenInfoBody.safeParse(response.body);
    if (!info.success)
      return err({ reason: 'cloud-busy', detail: 'introspection: the response is incomplete' });
    const { scope, exp, ...names } = info.data;
    return ok({ ...names, scopes: scope.split(' '), expiresAt: new Date(exp * 1000) });
  };
