import { GoogleAuth } from 'google-auth-library';
import type { Authorizer } from './http.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Who reads the secret. */
export type Identity = {
  get(): Promise<Authorizer>;
  /** Gives up a token that Google no longer takes. False where there is no way to another. */
  renew(): boolean;
};

/**
 * The identity that is given, or application default credentials: on Cloud Run the account of the service.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function identityOf(given: Authorizer | undefined): Identity {
  if (given) return { get: async () => given, renew: () => false };
  let auth = new GoogleAuth({ scopes: [SCOPE] });
  return {
    get: () => auth.getClient(),
    renew() {
      auth = new GoogleAuth({ scopes: [SCOPE] });
      return true;
    },
  };
}
