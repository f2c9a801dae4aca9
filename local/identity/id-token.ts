import type { CredentialClock } from '../state/credentials.ts';
import type { ServiceAccount } from '../state/service-account.ts';
import type { State } from '../state/state.ts';
import { signingKeyOf, signJwt } from './signing-keys.ts';

/** Google's fixed lifetime of an ID token. */
const ID_TOKEN_SECONDS = 3600;

/** An ID token of a service account, signed with Google's key. @param options.claims more claims */
export async function idTokenFor(
  state: State,
  account: ServiceAccount,
  options: {
    readonly audience: string;
    readonly includeEmail: boolean;
    readonly clock: CredentialClock;
    readonly claims?: object;
  },
): Promise<string> {
  const now = options.clock === 'machine' ? state.machineTime() : state.now();
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
  return signJwt(await signingKeyOf(state, 'google'), JSON.stringify(claims));
}
