import type { AuthClient, GoogleAuth } from 'google-auth-library';
import type { Credentials } from '../../cloud/credentials.ts';
import { checkCredentialFile, sourceIn } from '../../domain/basics/credential-file.ts';
import { type IdentitySource, identitySourceOf } from '../../domain/basics/identity-source.ts';
import { err, ok } from '../../domain/basics/result.ts';
import { Token } from '../../domain/chain/credential.ts';
import type { Identity } from './http.ts';
import { fetchForLibrary } from './library-fetch.ts';
import type { OnRefused } from './refusals.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** No call of ours needs it. Without one, the library starts gcloud, which fetches a token, and then asks the metadata server. */
const UNUSED_PROJECT = '-';

/** The identity that this process runs as, and its email if the metadata server or a key file names it. */
export type CurrentIdentity = {
  readonly identity: Identity;
  readonly email: () => Promise<string | undefined>;
  /** Where the identity comes from. */
  readonly source?: () => Promise<IdentitySource>;
};

/**
 * Application default credentials. On Cloud Run, the metadata server gives the account of the service. Both functions of the result fail with
 * a `CredentialFileError` if the credentials are a file that would send a credential elsewhere.
 *
 * @param onRefused gets the requests of Google's clients that Google refuses
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function applicationDefault(onRefused?: OnRefused): CurrentIdentity {
  let loaded: Promise<GoogleAuth> | undefined;
  let source: string | undefined;
  const load = async () => {
    const { default: google } = await import('google-auth-library');
    return new google.GoogleAuth({
      scopes: [SCOPE],
      projectId: UNUSED_PROJECT,
      clientOptions: {
        transporterOptions: { fetchImplementation: fetchForLibrary(() => source, onRefused) },
      },
    });
  };
  const auth = () => {
    loaded ??= load();
    return loaded;
  };
  const identity = async () => {
    const library = await auth();
    const client = await library.getClient();
    checkCredentialFile(library.jsonContent);
    source = sourceIn(library.jsonContent);
    return client;
  };
  return {
    identity,
    email: async () => {
      await identity();
      return (await (await auth()).getCredentials()).client_email;
    },
    source: async () => {
      await identity();
      return identitySourceOf((await auth()).jsonContent);
    },
  };
}

/**
 * The identity of an access token that another program refreshes, such as the file of gcloud's `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE`.
 *
 * @param read gives the token; called for each request
 */
export const accessTokenFrom = (
  read: () => Promise<string>,
  onRefused?: OnRefused,
): CurrentIdentity => ({
  identity: async () => {
    const [{ OAuth2Client }, token] = await Promise.all([import('google-auth-library'), read()]);
    const client = new OAuth2Client({
      transporterOptions: { fetchImplementation: fetchForLibrary(undefined, onRefused) },
    });
    client.setCredentials({ access_token: token.trim() });
    return client;
  },
  email: async () => undefined,
  source: async () => ({
    kind: 'token-file',
    text: 'the access token of CLOUDSDK_AUTH_ACCESS_TOKEN_FILE',
  }),
});

/** A client that sends no credential: for an emulator. */
export async function anonymous(): Promise<AuthClient> {
  const { PassThroughClient } = await import('google-auth-library');
  return new PassThroughClient({ transporterOptions: { fetchImplementation: fetchForLibrary() } });
}

/** Checks whether this process runs as an account. Caches a positive answer, because a process does not change its identity. */
export function isSelfOf(
  { identity, email }: CurrentIdentity,
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
      // The library's message may contain the metadata server's answer.
      return err({ reason: 'unauthenticated', detail: 'the metadata server did not answer' });
    }
  };
}
