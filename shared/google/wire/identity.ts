import type { AuthClient, GoogleAuth } from 'google-auth-library';
import type { Credentials } from '../../cloud/credentials.ts';

import { err, ok } from '../../domain/basics/result.ts';
import { Token } from '../../domain/chain/credential.ts';
import { leanFetch } from './fetch.ts';
import type { Identity } from './http.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** The identity at hand, and what it is called where the metadata server or a key file tells. */
export type WhoAmI = {
  readonly identity: Identity;
  readonly email: () => Promise<string | undefined>;
};

/**
 * Application default credentials: on Cloud Run the account of the service, from the metadata server.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function applicationDefault(): WhoAmI {
  let loaded: Promise<GoogleAuth> | undefined;
  const load = async () => {
    const { default: google } = await import('google-auth-library');
    return new google.GoogleAuth({
      scopes: [SCOPE],
      clientOptions: { transporterOptions: { fetchImplementation: leanFetch } },
    });
  };
  const auth = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    identity: async () => (await auth()).getClient(),
    email: async () => (await (await auth()).getCredentials()).client_email,
  };
}

/**
 * The identity of an access token that somebody else refreshes, such as gcloud's `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE`.
 *
 * @param read gives the token; it is called for each request
 */
export const accessTokenFrom = (read: () => Promise<string>): WhoAmI => ({
  identity: async () => {
    const [{ OAuth2Client }, token] = await Promise.all([import('google-auth-library'), read()]);
    const client = new OAuth2Client();
    client.setCredentials({ access_token: token.trim() });
    return client;
  },
  email: async () => undefined,
});

/** A client that sends no credential: for an emulator. */
export async function anonymous(): Promise<AuthClient> {
  const { PassThroughClient } = await import('google-auth-library');
  return new PassThroughClient({ transporterOptions: { fetchImplementation: leanFetch } });
}

/** Whether an account is the one at hand. What was once found to be so is kept: a process does not change its identity. */
export function isSelfOf(
  { identity, email }: WhoAmI,
  introspect: Credentials['introspect'],
): Credentials['isSelf'] {
  const known = new Set<string>();
  return async (account, signal) => {
    const id = account.email ?? account.uniqueId;
    if (known.has(id)) return ok(true);
    try {
      let self: string | undefined;
      if (account.email !== undefined) {
        self = await email();
      } else {
        const { token } = await (await identity()).getAccessToken();
        const info = await introspect(new Token(token ?? ''), signal);
        if (!info.ok) return info;
        self = info.value.azp;
      }
      if (self === id) known.add(id);
      return ok(self === id);
    } catch {
      // The library's message may quote what the metadata server answered.
      return err({ reason: 'unauthenticated', detail: 'the metadata server did not answer' });
    }
  };
}
