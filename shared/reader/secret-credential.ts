import { setTimeout } from 'node:timers/promises';
import { AuthClient, type gaxios } from 'google-auth-library';
import { ReaderError } from './error.ts';
import type { HeldCredential } from './freshness.ts';
import { hostsIn } from './hosts.ts';
import { identityOf } from './identity.ts';
import {
  accountIn,
  type Duration,
  millisecondsOf,
  parseSecret,
  type SecretCredentialOptions,
} from './options.ts';
import { Supply } from './supply.ts';

/** What one call may ask for. */
export type GetOptions = {
  /** In place of the option of the same name. */
  readonly minValidity?: Duration;
  /** Ends the wait of this caller, and the work once nobody waits for it. */
  readonly signal?: AbortSignal;
};

/**
 * The newest credential of a chain, from its secret, as an AuthClient of google-auth-library.
 *
 * It reads on demand: no timer runs, and there is nothing to close. Shortly before its credential is due for replacement, at a moment that
 * chance picks, the next call begins one look for a newer one and is served from hand meanwhile. Callers wait only when less than
 * `minValidity` is left, all of them for one look. While looks fail the old credential serves until it ends.
 *
 * ```ts
 * const authClient = new SecretCredential({ secret: 'projects/acme-ops/secrets/billing-export' });
 * const publisher = new v1.PublisherClient({ authClient, fallback: true });
 * ```
 */
export class SecretCredential extends AuthClient {
  readonly #supply: Supply;
  readonly #minValidityMs: number;

  /** @throws {ReaderError} `misconfigured` */
  constructor(options: SecretCredentialOptions) {
    const { secret, account, minValidity = '5m', assumedLifetime, ledger = false } = options;
    const { projectId, quotaProjectId, transporter, transporterOptions } = options;
    super({
      ...(projectId !== undefined && { projectId }),
      ...(quotaProjectId !== undefined && { quotaProjectId }),
      ...(transporter && { transporter }),
      ...(transporterOptions && { transporterOptions }),
    });
    this.#minValidityMs = millisecondsOf('minValidity', minValidity);
    this.#supply = new Supply({
      what: {
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
   * The credential with all that is known of it, and how old it is.
   *
   * @throws {ReaderError} when there is none that is good
   */
  async getCredential(
    options: GetOptions = {},
  ): Promise<HeldCredential & { readonly ageSeconds: number }> {
    const held = await this.#get(options);
    return { ...held, ageSeconds: this.#supply.ageSecondsOf(held) };
  }

  /**
   * The token: an access token, an ID token, a signed JWT; of a signed blob the signature, in standard base64.
   *
   * @throws {ReaderError} when there is none that is good
   */
  async getToken(options: GetOptions = {}): Promise<string> {
    return (await this.#get(options)).token.reveal();
  }

  /**
   * Looks for a newer credential now, as one look with whoever else does: for those who have heard of an event, and need not wait for the clock.
   *
   * @throws {ReaderError} when the look fails; the old credential serves on
   */
  refresh({ signal }: Pick<GetOptions, 'signal'> = {}): Promise<void> {
    return this.#supply.refresh(signal);
  }

  /** What google-auth-library calls an access token: the token, of every kind but a signed blob. */
  override async getAccessToken(): Promise<{ token: string; res: null }> {
    const held = await this.#get({});
    if (held.kind === 'signed-blob') throw notAHeader('a signature is not a bearer token');
    return { token: held.token.reveal(), res: null };
  }

  /** `Authorization: Bearer …`, or `Signature: …` for a signed blob. */
  override async getRequestHeaders(_url?: string | URL): Promise<Headers> {
    return this.#headersOf(await this.#get({}));
  }

  /**
   * Sends a request with the credential; `fetch` does the same in the platform's form. A service that answers 401 is asked once more when there
   * is a newer version by then, unless the body is a stream, which cannot be sent twice.
   */
  override async request<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    const signal = options.signal ?? undefined;
    const held = await this.#get(signal ? { signal } : {});
    const send = (credential: HeldCredential) => {
      const headers = new Headers(options.headers);
      for (const [name, value] of this.#headersOf(credential)) headers.set(name, value);
      return this.transporter.request<T>({ ...options, headers });
    };
    const first = send(held);
    const refused = await first.then(({ status }) => status, statusOf);
    if (refused !== 401 || !canBeSentAgain(options)) return first;
    const newer = await this.#supply.newerThan(held, signal);
    return newer ? send(newer) : first;
  }

  #get({ minValidity, signal }: GetOptions): Promise<HeldCredential> {
    const minValidityMs =
      minValidity === undefined ? this.#minValidityMs : millisecondsOf('minValidity', minValidity);
    return this.#supply.get(minValidityMs, signal);
  }

  #headersOf({ kind, token, keyId }: HeldCredential): Headers {
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

/** The status in an error of gaxios; none where there was no answer. */
const statusOf = (error: unknown): number | undefined =>
  (error as { readonly response?: { readonly status?: number } } | undefined)?.response?.status;

/** A stream is gone once it is sent. */
const canBeSentAgain = ({ data, body }: gaxios.GaxiosOptions): boolean =>
  [data, body].every(
    (part: unknown) =>
      !(part instanceof ReadableStream) &&
      typeof (part as { readonly pipe?: unknown } | null | undefined)?.pipe !== 'function',
  );
