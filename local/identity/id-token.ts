import type { ServiceAccount, State } from '../state/state.ts';
import { keyOf, signJwt } from './keys.ts';

/** Fixed by Google. */
export const ID_TOKEN_SECONDS = 3600;

/**
 * An ID token of a service account, signed with Google's key.
 *
 * @param options.clock `wall` for what a process on this machine is given, `local` for what is minted
 * @param options.claims in addition
 */
export async function idTokenFor(
  state: State,
  account: ServiceAccount,
  options: {
    readonly audience: string;
    readonly includeEmail: boolean;
    readonly clock: 'wall' | 'local';
    readonly claims?: object;
  },
): Promise<string> {
  const now = options.clock === 'wall' ? state.wall() : state.now();
  const iat = Math.floor(now.getTime() / 1000);
  const claims = {
    aud: options.audience,
    azp: account.uniqueId,
    ...(options.includeEmail && { email: account.email, email_verified: true }),
    exp: iat + ID_TOKEN_SECONDS,
    iat,
    iss: 'https://accounts.google.com',
    sub: account.uniqueId,
    ...options.claims,
  };
  return signJwt(await keyOf(state, 'google'), JSON.stringify(claims));
}
