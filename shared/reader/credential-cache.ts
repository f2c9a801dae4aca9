import { ReaderError } from './error.ts';
import type { Stale } from './options.ts';
import type { ReadCredential } from './read-credential.ts';
import { dueAt, pauseAfter, refreshAt } from './refresh-schedule.ts';
import { findCredential } from './version/find-credential.ts';
import type { CredentialQuery } from './version/read-version.ts';
import { type Call, callOf, retryingWhileBusy, unlessAborted } from './wire/http.ts';
import type { Identity } from './wire/identity.ts';

export type CacheOptions = {
  readonly query: CredentialQuery;
  readonly identity: Identity;
  readonly fetch: typeof globalThis.fetch;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly onStale: ((stale: Stale) => void) | undefined;
};

/**
 * `retry`: repeat calls while Google is busy. `refused`: a service has refused the cached credential. `announced`: the number of a version that
 * somebody has announced.
 */
type Reason = { readonly retry: boolean; readonly refused: boolean; readonly announced?: number };
type Refresh = { readonly done: Promise<void>; readonly work: AbortController; waiting: number };

/** A service that refuses every token must not cause a refresh each time. */
const REFUSED_AT_MOST_EVERY_MS = 30_000;

/** The cached credential, and the one refresh that all callers share. No timer runs between calls. */
export class CredentialCache {
  readonly #options: CacheOptions;
  #cached: ReadCredential | undefined;
  /** Milliseconds since 1970, like the next three. */
  #dueAt = 0;
  #refreshAt = 0;
  #nextAttemptAt = 0;
  #nextRefusalAt = 0;
  #failures = 0;
  #refreshing: Refresh | undefined;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  async get(minValidityMs: number, signal: AbortSignal | undefined): Promise<ReadCredential> {
    signal?.throwIfAborted();
    const cached = this.#valid();
    if (!cached) return this.#first(signal);
    const now = this.#now();
    const enough = cached.expiresAt.getTime() - now >= minValidityMs;
    if ((enough && now < this.#refreshAt) || now < this.#nextAttemptAt) return cached;

    // `onStale` reports an error: the cached credential is still valid.
    const refreshed = this.#join({ retry: false, refused: false }, enough ? undefined : signal);
    const settled = refreshed.catch(() => {});
    if (enough) return cached;
    await settled;
    signal?.throwIfAborted();
    return this.#valid() ?? this.#first(signal);
  }

  refresh(signal: AbortSignal | undefined): Promise<void> {
    return this.#join({ retry: true, refused: false }, signal);
  }

  /** Reads the version that somebody has announced, if it is newer than the cached one. */
  async refreshTo(announced: number, signal: AbortSignal | undefined): Promise<void> {
    // A running refresh may have begun before the announcement.
    if (this.#refreshing) await this.refresh(signal).catch(() => {});
    signal?.throwIfAborted();
    if ((this.#valid()?.version ?? 0) >= announced) return;
    await this.#join({ retry: true, refused: false, announced }, signal);
  }

  /** The credential that replaces one that a service has refused. */
  async newerThan(
    refused: ReadCredential,
    signal: AbortSignal | undefined,
  ): Promise<ReadCredential | undefined> {
    const other = () => {
      const cached = this.#valid();
      return cached?.version === refused.version ? undefined : cached;
    };
    const refreshOnce = async () => {
      await this.#join({ retry: false, refused: true }, signal).catch(() => {});
      signal?.throwIfAborted();
    };
    if (this.#refreshing) await refreshOnce();
    if (other() || this.#now() < this.#nextRefusalAt) return other();
    this.#nextRefusalAt = this.#now() + REFUSED_AT_MOST_EVERY_MS;
    await refreshOnce();
    return other();
  }

  ageSecondsOf({ mintedAt, readAt }: ReadCredential): number {
    return Math.round((this.#now() - (mintedAt ?? readAt).getTime()) / 1000);
  }

  #now(): number {
    return this.#options.query.now().getTime();
  }

  /** The cached credential until it expires. */
  #valid(): ReadCredential | undefined {
    const cached = this.#cached;
    return cached && cached.expiresAt.getTime() > this.#now() ? cached : undefined;
  }

  async #first(signal: AbortSignal | undefined): Promise<ReadCredential> {
    // A refresh that began while a credential was valid does not retry. If it fails, the next refresh retries.
    if (this.#refreshing) await this.refresh(signal).catch(() => {});
    signal?.throwIfAborted();
    if (!this.#valid()) await this.refresh(signal);
    const cached = this.#valid();
    if (cached) return cached;
    throw new ReaderError('expired', 'the newest credential has expired: its rotation has stopped');
  }

  /** Waits for the running refresh, or starts one. It ends when the last waiting caller gives up. */
  async #join(reason: Reason, signal: AbortSignal | undefined): Promise<void> {
    this.#refreshing ??= this.#begin(reason);
    const refresh = this.#refreshing;
    refresh.waiting += 1;
    try {
      await unlessAborted(refresh.done, signal);
    } catch (error) {
      if (signal?.aborted) {
        refresh.waiting -= 1;
        if (refresh.waiting === 0) {
          this.#end(refresh);
          refresh.work.abort(signal.reason);
        }
      }
      throw error;
    }
  }

  #begin(reason: Reason): Refresh {
    const work = new AbortController();
    const done = this.#renew(reason, work.signal).finally(() => this.#end(refresh));
    done.catch(() => {}); // no caller may be waiting
    const refresh = { done, work, waiting: 0 };
    return refresh;
  }

  #end(refresh: Refresh): void {
    if (this.#refreshing === refresh) this.#refreshing = undefined;
  }

  async #renew(reason: Reason, signal: AbortSignal): Promise<void> {
    const { query, fetch, identity, sleep, random } = this.#options;
    const waits = { wait: sleep, random, elapsedMs: () => query.now().getTime() };
    const once = callOf(fetch, () => identity.get(), signal);
    const call = reason.retry ? retryingWhileBusy(once, signal, waits) : once;
    try {
      const found = await this.#search(call, this.#valid()?.version ?? 0, reason);
      signal.throwIfAborted();
      this.#cached = found ?? this.#cached;
      // With an assumed expiry, a credential without a successor is valid.
      const renewed =
        found ?? (this.#cached?.expiryFrom === 'assumption' ? this.#cached : undefined);
      if (!renewed) return this.#foundNothing();
      this.#failures = 0;
      this.#nextAttemptAt = 0;
      this.#dueAt = dueAt(renewed, query.now(), query.minValidityMs);
      this.#refreshAt = refreshAt(this.#dueAt, query.now(), random());
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ReaderError) this.#foundNothing(error);
      throw error;
    }
  }

  /** Drops a token of the identity that Google no longer accepts, once. */
  async #search(call: Call, cached: number, reason: Reason): Promise<ReadCredential | undefined> {
    const { query, identity } = this.#options;
    try {
      return await findCredential(query, call, { cached, ...reason });
    } catch (error) {
      const unauthenticated = error instanceof ReaderError && error.reason === 'unauthenticated';
      if (!unauthenticated || !identity.renew()) throw error;
      return findCredential(query, call, { cached, ...reason });
    }
  }

  #foundNothing(error?: ReaderError): void {
    const { query, random, onStale } = this.#options;
    this.#failures += 1;
    this.#nextAttemptAt = this.#now() + pauseAfter(this.#failures, random());
    const credential = this.#valid();
    if (!credential || !onStale || (!error && this.#now() < this.#dueAt)) return;
    const ageSeconds = this.ageSecondsOf(credential);
    // In a task of its own: an error in `onStale` must not reach the caller.
    queueMicrotask(() =>
      onStale({ secret: query.secret, credential, ageSeconds, ...(error && { error }) }),
    );
  }
}
