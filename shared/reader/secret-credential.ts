import { setTimeout } from 'node:timers/promises';
import { AuthClient, type gaxios } from 'google-auth-library';
import { CredentialCache } from './credential-cache.ts';
import { ReaderError } from './error.ts';
import {
  accountIn,
  type Duration,
  millisecondsOf,
  parseSecret,
  type SecretCredentialOptions,
} from './options.ts';
import type { ReadCredential } from './read-credential.ts';
import { directly, parseHosts, requireAllowed } from './wire/destination.ts';
import { hostsIn, requireCertificates } from './wire/hosts.ts';
import { identityOf } from './wire/identity.ts';
import { safeError, withSafeErrors } from './wire/safe-error.ts';

/** The options of one call. */
export type GetOptions = {
  /** Overrides the option of the same name. */
  readonly minValidity?: Duration;
  /** Ends the wait of this caller. The read itself ends when no caller waits for it. */
  readonly signal?: AbortSignal;
};

/** The options of one refresh. */
export type RefreshOptions = Pick<GetOptions, 'signal'> & {
  /**
   * The version that a message of `hopmint-rotated` names. It is read first, because a read by number sees the last write at once. Nothing is
   * read if the cached version is as new.
   */
  readonly version?: number;
};

/**
 * The newest credential of a chain, read from its secret, as an AuthClient of google-auth-library.
 *
 * It reads on demand: no timer runs, and there is nothing to close. From a random time shortly before the credential is due for replacement,
 * the next call starts one refresh and returns the cached credential at once. Callers wait only if less than `minValidity` is left, and they
 * all wait for the same refresh. If refreshes fail, the old credential is used until it expires.
 *
 * ```ts
 * const authClient = new SecretCredential({ secret: 'projects/acme-ops/secrets/billing-export' });
 * const publisher = new v1.PublisherClient({ authClient, fallback: true });
 * ```
 *
 * @see https://cloud.google.com/secret-manager/docs/access-secret-version
 */
export class SecretCredential extends AuthClient {
  readonly #cache: CredentialCache;
  readonly #minValidityMs: number;
  readonly #hosts: readonly string[] | undefined;

  /** @throws {ReaderError} `misconfigured`; the message names the option */
  constructor(options: SecretCredentialOptions) {
    const { secret, account, minValidity = '5m', assumedLifetime, ledger = false } = options;
    const { projectId, quotaProjectId, transporter, transporterOptions, hosts } = options;
    super({
      ...(projectId !== undefined && { projectId }),
      ...(quotaProjectId !== undefined && { quotaProjectId }),
      ...(transporter && { transporter }),
      ...(transporterOptions && { transporterOptions }),
    });
    this.#minValidityMs = millisecondsOf('minValidity', minValidity);
    requireCertificates(process.env);
    this.#hosts = hosts && parseHosts(hosts);
    this.#cache = new CredentialCache({
      query: {
        secret: parseSecret(secret),
        account: account === undefined ? undefined : accountIn(account),
        ledger,
        minValidityMs: this.#minValidityMs,
        assumedLifetimeMs:
          assumedLifetime === undefined
            ? undefined
            : millisecondsOf('assumedLifetime', assumedLifetime),
        hosts: hostsIn(options.env ?? process.env),
        now: options.now ?? (() => new Date()),
      },
      identity: identityOf(options.auth),
      fetch: options.fetch ?? globalThis.fetch,
      sleep: options.sleep ?? ((ms, signal) => setTimeout(ms, undefined, { signal })),
      random: options.random ?? Math.random,
      onStale: options.onStale,
    });
  }

  /**
   * The credential with everything that is known about it.
   *
   * @returns `ageSeconds`: seconds since it was minted, or since it was first read if the time of minting is unknown
   * @throws {ReaderError} if there is no valid credential
   */
  async getCredential(
    options: GetOptions = {},
  ): Promise<ReadCredential & { readonly ageSeconds: number }> {
    const held = await this.#get(options);
    return { ...held, ageSeconds: this.#cache.ageSecondsOf(held) };
  }

  /**
   * The token: an access token, an ID token, a signed JWT, or the signature of a signed blob in standard base64.
   *
   * @throws {ReaderError} if there is no valid credential
   */
  async getToken(options: GetOptions = {}): Promise<string> {
    return (await this.#get(options)).token.reveal();
  }

  /**
   * Refreshes now, for callers that learn about a rotation from an event. Concurrent callers share one refresh.
   *
   * @throws {ReaderError} if the refresh fails; the old credential remains in use
   */
  refresh({ signal, version }: RefreshOptions = {}): Promise<void> {
    return version === undefined
      ? this.#cache.refresh(signal)
      : this.#cache.refreshTo(version, signal);
  }

  /**
   * The token under the name that google-auth-library uses. The caller decides where it goes.
   *
   * @throws {ReaderError} if there is no valid credential; `not-a-header` for a signed blob
   */
  override async getAccessToken(): Promise<{ token: string; res: null }> {
    const held = await this.#get({});
    if (held.kind === 'signed-blob') throw notAHeader('a signature is not a bearer token');
    return { token: held.token.reveal(), res: null };
  }

  /**
   * `Authorization: Bearer …`, or `Signature: …` for a signed blob.
   *
   * @param url where the request goes. Without it, the caller decides
   * @throws {ReaderError} if there is no valid credential; `not-a-header` for a signature in the format `raw`, which has no key ID;
   * `wrong-host` if the credential may not go to `url`
   */
  override async getRequestHeaders(url?: string | URL): Promise<Headers> {
    const held = await this.#get({});
    if (url !== undefined) requireAllowed(new URL(url), held.kind, this.#hosts);
    return this.#headersOf(held);
  }

  /**
   * Sends a request with the credential, as `fetch` does too. After a 401 it sends the request once more if there is a newer version by then,
   * unless the body is a stream, which cannot be sent twice. It follows no redirect, because another host would get the credential: the
   * status of a redirect is an error, as any status outside 200 to 299.
   *
   * @throws {ReaderError} if there is no valid credential; `wrong-host`, before anything is sent, if the credential may not go to the host
   * @throws {GaxiosError} if the service refuses the request or does not answer. It is a copy with the message, code, status and cause, and
   * with what programs read of the request and the response. The functions in `retryConfig` get such copies too. If the text still has
   * 24 characters of the credential in a row, also encoded or escaped, the copy has only code and status
   */
  override async request<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    const signal = options.signal ?? undefined;
    const held = await this.#get(signal ? { signal } : {});
    const url = destinationOf({ ...this.transporter.defaults, ...options });
    const send = async (credential: ReadCredential) => {
      requireAllowed(url, credential.kind, this.#hosts);
      const headers = new Headers(options.headers);
      for (const [name, value] of this.#headersOf(credential)) headers.set(name, value);
      const secrets = [credential.token.reveal()];
      const retry = withSafeErrors(
        options.retryConfig ?? this.transporter.defaults?.retryConfig,
        secrets,
      );
      const sent = {
        ...options,
        ...(await directly(url)),
        url,
        headers,
        ...(retry && { retryConfig: retry }),
      };
      try {
        return await this.transporter.request<T>(sent);
      } catch (error) {
        throw safeError(error, secrets);
      }
    };
    const first = send(held);
    const refused = await first.then(({ status }) => status, statusOf);
    if (refused !== 401 || !canBeSentAgain(options)) return first;
    const newer = await this.#cache.newerThan(held, signal);
    return newer ? send(newer) : first;
  }

  #get({ minValidity, signal }: GetOptions): Promise<ReadCredential> {
    const minValidityMs =
      minValidity === undefined ? this.#minValidityMs : millisecondsOf('minValidity', minValidity);
    return this.#cache.get(minValidityMs, signal);
  }

  #headersOf({ kind, token, keyId }: ReadCredential): Headers {
    const headers = this.addSharedMetadataHeaders(new Headers());
    if (kind !== 'signed-blob') {
      headers.set('authorization', `Bearer ${token.reveal()}`);
      return headers;
    }
    if (keyId === undefined) throw notAHeader('a raw signature does not name its key');
    const signature = token.reveal();
    headers.set('signature', `keyId="${keyId}",algorithm="rsa-sha256",signature="${signature}"`);
    return headers;
  }
}

const notAHeader = (why: string) => new ReaderError('not-a-header', why);

/** The address that gaxios makes of its options. It appends `params`, which cannot change the host. */
function destinationOf({ url = '', baseURL }: gaxios.GaxiosOptions): URL {
  const base = baseURL === undefined || baseURL === '' ? undefined : String(baseURL);
  if (URL.canParse(String(url), base)) return new URL(url, base);
  throw new ReaderError('wrong-host', 'a request has no address, or one that cannot be read');
}

/** The status in an error of gaxios; undefined without an answer. */
const statusOf = (error: unknown): number | undefined =>
  (error as { readonly response?: { readonly status?: number } } | undefined)?.response?.status;

/** A stream can be sent only once. */
const canBeSentAgain = ({ data, body }: gaxios.GaxiosOptions): boolean =>
  [data, body].every(
    (part: unknown) =>
      !(part instanceof ReadableStream) &&
      typeof (part as { readonly pipe?: unknown } | null | undefined)?.pipe !== 'function',
  );
