import { GoogleAuth } from 'google-auth-library';
import {
  CredentialFileError,
  checkCredentialFile,
  sourceIn,
} from '../../domain/basics/credential-file.ts';
import { ReaderError } from '../error.ts';
import { directly, requireGoogle } from './destination.ts';
import type { Authorizer } from './http.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * `projectId` is not used. Without one, the library starts gcloud, which fetches a token, and then asks the metadata server.
 *
 * A request with a body or an Authorization header goes to Google or to this machine only, and follows no redirect. Others may go to any host, such as
 * the metadata servers of Google and AWS: they answer with a credential, and get none of ours. The `credential_source` of a
 * file may get the header that the file names.
 */
function newAuth(): GoogleAuth {
  const auth = new GoogleAuth({
    scopes: [SCOPE],
    projectId: '-',
    clientOptions: {
      transporterOptions: {
        adapter: async (options, send) => {
          const { url, headers, body } = options;
          const address = new URL(url);
          const isSource = !body && address.href === sourceIn(auth.jsonContent);
          if (body || (headers.has('authorization') && !isSource)) requireGoogle(address);
          return send({ ...options, ...(await directly(address)) });
        },
      },
    },
  });
  return auth;
}

/** The identity that reads the secret. */
export type Identity = {
  /** @throws {ReaderError} `misconfigured` if the file of the identity would send a credential elsewhere */
  get(): Promise<Authorizer>;
  /** Drops a token that Google no longer accepts. Returns false if there is no way to get another. */
  renew(): boolean;
};

/**
 * The given identity, or application default credentials: on Cloud Run the account of the service.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function identityOf(given: Authorizer | undefined): Identity {
  if (given) return { get: async () => given, renew: () => false };
  let auth = newAuth();
  return {
    async get() {
      const library = auth;
      const client = await library.getClient();
      try {
        checkCredentialFile(library.jsonContent);
      } catch (error) {
        if (!(error instanceof CredentialFileError)) throw error;
        throw new ReaderError('misconfigured', error.message);
      }
      return client;
    },
    renew() {
      auth = newAuth();
      return true;
    },
  };
}
