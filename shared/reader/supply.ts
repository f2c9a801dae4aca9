import { ReaderError } from './error.ts';
import { dueAt, type HeldCredential, pauseAfter, refreshAt } from './freshness.ts';
import { type Ask, askOf, patiently, sooner } from './http.ts';
import type { Identity } from './identity.ts';
import type { Stale } from './options.ts';
import { type SearchFor, search } from './search.ts';

/** What a supply is given of the world. */
export type SupplyOf = {
  readonly what: SearchFor;
  readonly identity: Identity;
  readonly fetch: typeof globalThis.fetch;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly onStale: ((stale: Stale) => void) | undefined;
};

/** `patient`: try again while Google is busy. `refused`: a service has refused the credential in hand. */
type How = { readonly patient: boolean; readonly refused: boolean };
type Look = { readonly done: Promise<void>; readonly work: AbortController; waiting: number };

/** A service that refuses every token must not make us ask for a newer one each time. */
const REFUSED_AT_MOST_EVERY_MS = 30_000;

/** The credential in hand, and the one look for its successor that all callers share. No timer runs between calls. */
export class Supply {
  readonly #of: SupplyOf;
  #held: HeldCredential | undefined;
  /** Milliseconds since 1970, as all that follow. */
  #dueAt = 0;
  #refreshAt = 0;
  #lookAgainAt = 0;
  #refusedAgainAt = 0;
  #failures = 0;
  #look: Look | undefined;

  constructor(of: SupplyOf) {
    this.#of = of;
  }

  async get(minValidityMs: number, signal: AbortSignal | undefined): Promise<HeldCredential> {
    signal?.throwIfAborted();
    const held = this.#good();
    if (!held) return this.#first(signal);
    const now = this.#now();
    const enough = held.expiresAt.getTime() - now >= minValidityMs;
    if ((enough && now < this.#refreshAt) || now < this.#lookAgainAt) return held;

    // What goes wrong is told by `onStale`: there is a good credential in hand.
    const looking = this.#join({ patient: false, refused: false }, enough ? undefined : signal);
    const looked = looking.catch(() => {});
    if (enough) return held;
    await looked;
    signal?.throwIfAborted();
    return this.#good() ?? this.#first(signal);
  }

  refresh(signal: AbortSignal | undefined): Promise<void> {
    return this.#join({ patient: true, refused: false }, signal);
  }

  /** The credential that has come after one that a service refused. */
  async newerThan(
    refused: HeldCredential,
    signal: AbortSignal | undefined,
  ): Promise<HeldCredential | undefined> {
    const other = () => {
      const held = this.#good();
      return held?.version === refused.version ? undefined : held;
    };
    const look = async () => {
      await this.#join({ patient: false, refused: true }, signal).catch(() => {});
      signal?.throwIfAborted();
    };
    if (this.#look) await look();
    if (other() || this.#now() < this.#refusedAgainAt) return other();
    this.#refusedAgainAt = this.#now() + REFUSED_AT_MOST_EVERY_MS;
    await look();
    return other();
  }

  ageSecondsOf({ mintedAt, readAt }: HeldCredential): number {
    return Math.round((this.#now() - (mintedAt ?? readAt).getTime()) / 1000);
  }

  #now(): number {
    return this.#of.what.now().getTime();
  }

  /** The credential in hand while it lasts. */
  #good(): HeldCredential | undefined {
    const held = this.#held;
    return held && held.expiresAt.getTime() > this.#now() ? held : undefined;
  }

  async #first(signal: AbortSignal | undefined): Promise<HeldCredential> {
    // A look that was begun for the sake of a credential that has ended since tries once only: it may fail, and then ours is next.
    if (this.#look) await this.refresh(signal).catch(() => {});
    signal?.throwIfAborted();
    if (!this.#good()) await this.refresh(signal);
    const held = this.#good();
    if (held) return held;
    throw new ReaderError('expired', 'the newest credential is over: its rotation has stopped');
  }

  /** Waits for the look that is under way, or a new one. The last to give up ends it. */
  async #join(how: How, signal: AbortSignal | undefined): Promise<void> {
    this.#look ??= this.#begin(how);
    const look = this.#look;
    look.waiting += 1;
    try {
      await sooner(look.done, signal);
    } catch (error) {
      if (signal?.aborted) {
        look.waiting -= 1;
        if (look.waiting === 0) {
          this.#end(look);
          look.work.abort(signal.reason);
        }
      }
      throw error;
    }
  }

  #begin(how: How): Look {
    const work = new AbortController();
    const done = this.#renew(how, work.signal).finally(() => this.#end(look));
    done.catch(() => {}); // for when nobody waits any more
    const look = { done, work, waiting: 0 };
    return look;
  }

  #end(look: Look): void {
    if (this.#look === look) this.#look = undefined;
  }

  async #renew({ patient, refused }: How, signal: AbortSignal): Promise<void> {
    const { what, fetch, identity, sleep, random } = this.#of;
    const waits = { wait: sleep, random, elapsedMs: () => what.now().getTime() };
    const once = askOf(fetch, () => identity.get(), signal);
    const ask = patient ? patiently(once, signal, waits) : once;
    try {
      const found = await this.#search(ask, this.#good()?.version ?? 0, refused);
      signal.throwIfAborted();
      this.#held = found ?? this.#held;
      // That there is no newer one says that this one is good where nothing else says how long it lasts.
      const renewed = found ?? (this.#held?.expiryFrom === 'assumption' ? this.#held : undefined);
      if (!renewed) return this.#inVain();
      this.#failures = 0;
      this.#lookAgainAt = 0;
      this.#dueAt = dueAt(renewed, what.now(), what.minValidityMs);
      this.#refreshAt = refreshAt(this.#dueAt, what.now(), random());
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ReaderError) this.#inVain(error);
      throw error;
    }
  }

  /** A token of the identity that Google takes no more is given up, once. */
  async #search(ask: Ask, held: number, refused: boolean): Promise<HeldCredential | undefined> {
    const { what, identity } = this.#of;
    try {
      return await search(what, ask, held, refused);
    } catch (error) {
      const unauthenticated = error instanceof ReaderError && error.reason === 'unauthenticated';
      if (!unauthenticated || !identity.renew()) throw error;
      return search(what, ask, held, refused);
    }
  }

  #inVain(error?: ReaderError): void {
    const { what, random, onStale } = this.#of;
    this.#failures += 1;
    this.#lookAgainAt = this.#now() + pauseAfter(this.#failures, random());
    const credential = this.#good();
    if (!credential || !onStale || (!error && this.#now() < this.#dueAt)) return;
    const ageSeconds = this.ageSecondsOf(credential);
    // On its own: what it throws is its owner's, and no caller's.
    queueMicrotask(() =>
      onStale({ secret: what.secret, credential, ageSeconds, ...(error && { error }) }),
    );
  }
}
