import type { Wire } from '../../shared/google/wire/wire.ts';

/** How a call goes: whether it is sent at all, what happens around it, what is answered. `park` holds the instance until it is resumed. */
export type How = (
  send: (instead?: Request) => Promise<Response>,
  park: () => Promise<void>,
) => Promise<Response> | Response;

export const plainly: How = (send) => send();

/** A call that an instance is about to make, or a wait before the next attempt. */
export type Held = { readonly go: (how: How) => void } & (
  | { readonly request: Request; readonly waitMs?: never }
  | { readonly request?: never; readonly waitMs: number }
);

/**
 * Holds one instance of a function before every call that it makes, so that a test decides when each goes, and how. Between two calls
 * nothing else runs: what happens is the same each time.
 */
export class Gate {
  readonly held: Held[] = [];
  /** Its deadline. */
  readonly deadline = new AbortController();
  readonly #send: (request: Request) => Promise<Response>;
  #turn = Promise.withResolvers<void>();
  #parked: PromiseWithResolvers<void> | undefined;

  constructor(send: (request: Request) => Promise<Response>) {
    this.#send = send;
  }

  readonly fetch: typeof fetch = async (url, init) => {
    const request = new Request(url, init);
    const { signal } = request;
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<How>();
    this.held.push({ request, go: resolve });
    this.#turn.resolve();
    const how = await promise;
    const answer = await how(
      (instead = request) => this.#send(instead),
      () => this.#park(),
    );
    signal.throwIfAborted();
    return answer;
  };

  readonly wait: Wire['wait'] = async (waitMs, signal) => {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<How>();
    this.held.push({ waitMs, go: resolve });
    this.#turn.resolve();
    await promise;
    signal.throwIfAborted();
  };

  get isParked(): boolean {
    return this.#parked !== undefined;
  }

  /** Settles when `work` is held before its first call, or has ended. */
  start(work: () => Promise<void>): Promise<void> {
    work().then(
      () => this.#turn.resolve(),
      (bug: unknown) => this.#turn.reject(bug),
    );
    return this.#turn.promise;
  }

  /** Lets the call that is held go; settles when the next is held, when it is parked, or when all has ended. */
  release(how: How = plainly): Promise<void> {
    const call = this.held.shift();
    if (this.held.length === 0) this.#turn = Promise.withResolvers();
    call?.go(how);
    return this.#turn.promise;
  }

  resume(): Promise<void> {
    const parked = this.#parked;
    this.#parked = undefined;
    this.#turn = Promise.withResolvers();
    parked?.resolve();
    return this.#turn.promise;
  }

  #park(): Promise<void> {
    this.#parked = Promise.withResolvers();
    this.#turn.resolve();
    return this.#parked.promise;
  }
}
