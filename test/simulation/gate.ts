import type { Wire } from '../../shared/google/wire/wire.ts';

/**
 * Decides the course of one call: whether it is sent, what happens before and after, and what the instance gets as its response. `freeze`
 * settles when the instance is thawed.
 */
export type Intervention = (
  send: (instead?: Request) => Promise<Response>,
  freeze: () => Promise<void>,
) => Promise<Response> | Response;

export const unchanged: Intervention = (send) => send();

/** A call that an instance wants to make, or its pause before the next attempt. */
export type WaitingCall = { readonly proceed: (intervention: Intervention) => void } & (
  | { readonly request: Request; readonly waitMs?: never }
  | { readonly request?: never; readonly waitMs: number }
);

/**
 * Stops one instance of a function before each of its calls. A test decides when the call proceeds, and with which intervention. Nothing
 * else runs between two calls, so every run is the same.
 */
export class Gate {
  readonly waiting: WaitingCall[] = [];
  /** Aborts when the deadline of the instance has passed. */
  readonly deadline = new AbortController();
  readonly #send: (request: Request) => Promise<Response>;
  /** Settles when the instance has stopped or ended. */
  #turn = Promise.withResolvers<void>();
  #frozen: PromiseWithResolvers<void> | undefined;

  constructor(send: (request: Request) => Promise<Response>) {
    this.#send = send;
  }

  readonly fetch: typeof fetch = async (url, init) => {
    const request = new Request(url, init);
    const { signal } = request;
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<Intervention>();
    this.waiting.push({ request, proceed: resolve });
    this.#turn.resolve();
    const intervention = await promise;
    const response = await intervention(
      (instead = request) => this.#send(instead),
      () => this.#freeze(),
    );
    signal.throwIfAborted();
    return response;
  };

  readonly wait: Wire['wait'] = async (waitMs, signal) => {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<Intervention>();
    this.waiting.push({ waitMs, proceed: resolve });
    this.#turn.resolve();
    await promise;
    signal.throwIfAborted();
  };

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  /** Settles when `work` waits before its first call, or has ended. */
  start(work: () => Promise<void>): Promise<void> {
    work().then(
      () => this.#turn.resolve(),
      (bug: unknown) => this.#turn.reject(bug),
    );
    return this.#turn.promise;
  }

  /** Lets the first waiting call proceed. Settles when the next call waits, when the instance is frozen, or when its work has ended. */
  proceed(intervention: Intervention = unchanged): Promise<void> {
    const call = this.waiting.shift();
    if (this.waiting.length === 0) this.#turn = Promise.withResolvers();
    call?.proceed(intervention);
    return this.#turn.promise;
  }

  thaw(): Promise<void> {
    const frozen = this.#frozen;
    this.#frozen = undefined;
    this.#turn = Promise.withResolvers();
    frozen?.resolve();
    return this.#turn.promise;
  }

  #freeze(): Promise<void> {
    this.#frozen = Promise.withResolvers();
    this.#turn.resolve();
    return this.#frozen.promise;
  }
}
