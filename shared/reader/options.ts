import type { AuthClient } from 'google-auth-library';
import { parseDuration } from '../domain/basics/duration.ts';
import { type Account, parseAccount } from '../domain/chain/account.ts';
import { ReaderError } from './error.ts';
import type { HeldCredential } from './freshness.ts';
import type { Authorizer } from './http.ts';

/** Seconds, or a whole number and a unit as in a chain file: `90s`, `5m`, `1h`. */
export type Duration = number | string;

/** An account by what is known of it. By both it is pinned: a re-created account has the same email and another unique ID. */
export type AccountOption = {
  readonly email?: string | undefined;
  readonly uniqueId?: string | undefined;
};

/** A credential that is handed out though its successor should be there. */
export type Stale = {
  readonly secret: string;
  readonly credential: HeldCredential;
  /** Since it was minted, or since it was first read where nothing tells when that was. */
  readonly ageSeconds: number;
  /** Why there is no newer one; none where Secret Manager has none. */
  readonly error?: ReaderError;
};

/** Those of every AuthClient that make sense here. */
type AuthClientOptions = NonNullable<ConstructorParameters<typeof AuthClient>[0]>;

/**
 * What is read, and how; beside it those options of google-auth-library that concern requests. Only `secret` must be given.
 */
export type SecretCredentialOptions = Pick<
  AuthClientOptions,
  'projectId' | 'quotaProjectId' | 'transporter' | 'transporterOptions'
> & {
  /** `projects/PROJECT/secrets/SECRET` */
  readonly secret: string;
  /**
   * The service account that the credential must be of, by email, by unique ID, or by both; a credential of anyone else is refused. Each new
   * version is asked itself: a JWT by its claims, an access token by one call to Google's introspection, a signature by the account's
   * published keys. A raw signature names no key, and is refused.
   */
  readonly account?: string | AccountOption;
  /**
   * With less left a newer one is waited for, as long as it takes to ask once; the old one serves until it ends. `5m` by default, which is what a
   * chain promises by default. A credential that does not tell its end is checked as often.
   */
  readonly minValidity?: Duration;
  /** How long a credential lasts that does not tell, from when it is first read. `1h` by default, `12h` for a signed blob. */
  readonly assumedLifetime?: Duration;
  /**
   * Ask the secret's ledger when a credential does not tell its end. It takes the permission `secretmanager.secrets.get`, and one call of the
   * read quota (600 a minute) for each new version.
   */
  readonly ledger?: boolean;
  /** Told when a credential is handed out though its successor should be there: for a log line or a metric. */
  readonly onStale?: (stale: Stale) => void;
  /** Who reads the secret: an AuthClient. Application default credentials otherwise. */
  readonly auth?: Authorizer;
  /** Where `HOPMINT_CLOUD` is looked for. The environment of the process by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The clock. */
  readonly now?: () => Date;
  /** As Math.random. */
  readonly random?: () => number;
  /** What calls Google to read the secret. Node's own by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** What waits between tries. */
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
