import { GoogleAuth } from 'google-auth-library';
import { CredentialFileError, checkCredentialFile } from '../../domain/basics/credential-file.ts';
import { ReaderError } from '../error.ts';
import type { Authorizer } from './http.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** `projectId` is not used. Without one, the library starts gcloud, which fetches a token, and then asks the metadata server. */
const newAuth = () => new GoogleAuth({ scopes: [SCOPE], projectId: '-' });

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
