import type { AuthClient } from 'google-auth-library';
import { parseDuration } from '../domain/basics/duration.ts';
import { type Account, parseAccount } from '../domain/chain/account.ts';
import { ReaderError } from './error.ts';
import type { ReadCredential } from './read-credential.ts';
import type { Authorizer } from './wire/http.ts';

/** A number of seconds, or a whole number with a unit as in a chain file: `90s`, `5m`, `1h`. */
export type Duration = number | string;

/** An account by email, by unique ID, or pinned by both: an account that is created again has the same email and another unique ID. */
export type AccountOption = {
  readonly email?: string | undefined;
  readonly uniqueId?: string | undefined;
};

/** A credential that is still in use although a newer one should exist. */
export type Stale = {
  readonly secret: string;
  readonly credential: ReadCredential;
  /** Seconds since it was minted, or since it was first read if the time of minting is unknown. */
  readonly ageSeconds: number;
  /** Why the last read failed; absent if it succeeded and Secret Manager had no newer version. */
  readonly error?: ReaderError;
};

/** The options of every AuthClient that apply here. */
type AuthClientOptions = NonNullable<ConstructorParameters<typeof AuthClient>[0]>;

/**
 * What to read and how, and the options of google-auth-library for requests. Only `secret` is required.
 */
export type SecretCredentialOptions = Pick<
  AuthClientOptions,
  'projectId' | 'quotaProjectId' | 'transporter' | 'transporterOptions'
> & {
  /** `projects/PROJECT/secrets/SECRET` */
  readonly secret: string;
  /**
   * The service account that the credential must belong to, by email, by unique ID, or by both. A credential of another account is refused.
   * Each new version is checked: a JWT by its claims, an access token by one call to Google's introspection, a signature by the account's
   * published keys. A raw signature names no key, and is refused.
   */
  readonly account?: string | AccountOption;
  /**
   * If less validity than this is left, a call waits for one attempt to read a newer credential. The old one is used until it expires. `5m`
   * by default, as in a chain file. A credential with an assumed expiry is checked at this interval.
   */
  readonly minValidity?: Duration;
  /** The assumed lifetime, from the first read, of a credential without an expiry. `1h` by default, `12h` for a signed blob. */
  readonly assumedLifetime?: Duration;
  /**
   * Read the expiry from the secret's ledger if the credential has none. This needs the permission `secretmanager.secrets.get`, and one call
   * of the read quota (600 a minute) for each new version.
   */
  readonly ledger?: boolean;
  /**
   * The hosts that may get the credential, such as `europe-docker.pkg.dev` or `10.0.0.1:8443`, besides Google's APIs (`*.googleapis.com`)
   * and this machine. Without it, an access token goes to these two only. Any other credential goes to every host, because it is made for
   * one that only the workload knows. Requests to hosts other than this machine use https.
   */
  readonly hosts?: readonly string[];
  /** Called when a credential is used although a newer one should exist: for a log line or a metric. */
  readonly onStale?: (stale: Stale) => void;
  /** The identity that reads the secret: an AuthClient. Application default credentials by default. */
  readonly auth?: Authorizer;
  /** The environment with `HOPMINT_CLOUD`. That of the process by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The clock. The system clock by default. */
  readonly now?: () => Date;
  /** Returns a number from 0 to 1. `Math.random` by default. */
  readonly random?: () => number;
  /** Sends the requests that read the secret. Node's own by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** Waits between attempts, in milliseconds. A timer by default. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export function parseSecret(secret: string): string {
  if (/^projects\/[^/]+\/secrets\/[\w-]{1,255}$/.test(secret)) return secret;
  throw new ReaderError('misconfigured', 'secret: write it as projects/PROJECT/secrets/SECRET');
}

export function millisecondsOf(name: string, duration: Duration): number {
  const seconds = typeof duration === 'number' ? duration : parseDuration(duration);
  if (seconds !== undefined && seconds >= 0 && Number.isFinite(seconds)) return seconds * 1000;
  throw new ReaderError('misconfigured', `${name}: write seconds, or a duration as 90s, 5m or 1h`);
}

export function accountIn(account: NonNullable<SecretCredentialOptions['account']>): Account {
  if (typeof account === 'string') return parsed(account);
  const { email, uniqueId } = account;
  const id = uniqueId === undefined ? undefined : parsed(uniqueId).uniqueId;
  const pin = id === undefined ? {} : { uniqueId: id };
  const name = email === undefined ? undefined : parsed(email).email;
  if (name !== undefined) return { email: name, ...pin };
  if (id !== undefined) return { uniqueId: id };
  throw new ReaderError('misconfigured', 'account: write an email, a unique ID, or both');
}

function parsed(name: string): Account {
  const account = parseAccount(name);
  if (account.ok) return account.value;
  throw new ReaderError('misconfigured', `account: ${account.error}`);
}
