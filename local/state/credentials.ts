import type { KeyObject } from 'node:crypto';

/**
 * Which clock a credential expires by.
 *
 * `machine`: a process on this machine received it as its identity and checks the expiry itself.
 * `local`: an API of the local cloud minted it.
 */
export type CredentialClock = 'machine' | 'local';

/** An access token that the local cloud issued. */
export type IssuedToken = {
  member: string;
  email: string;
  uniqueId?: string;
  scopes: string[];
  /** The emails that minted this token: the first caller, then each delegate. */
  delegation?: readonly string[];
  /** Milliseconds since 1970, a whole second. */
  expiresAt: number;
  clock: CredentialClock;
};

export type SigningKey = { keyId: string; privateKey: KeyObject; publicKey: KeyObject };
