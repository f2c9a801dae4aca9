import { type Backoff, type Waits, withBackoff } from '../domain/basics/backoff.ts';
import { ReaderError } from './error.ts';

/** Who calls: any AuthClient of google-auth-library, or whatever else knows the headers. */
export type Authorizer = { getRequestHeaders(url?: string | URL): Promise<Headers> };

/** `status` 0: no answer, for a reset, a timeout or an abort. */
export type Answer = { readonly status: number; readonly body: unknown };

/** One call. It never throws: what Google refuses and what the network loses is an answer. */
export type Ask = (call: {
  readonly url: string;
  /** Sent by POST; otherwise it is a GET. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent without a token of ours. */
  readonly anonymous?: boolean;
}) => Promise<Answer>;

/** A call that takes longer has lost its answer. */
const CALL_TIMEOUT_MS = 5_000;

export function askOf(
  fetch: typeof globalThis.fetch,
  identity: () => Promise<Authorizer>,
  signal: AbortSignal,
): Ask {
  return async ({ url, form, anonymous }) => {
    const late = new AbortController();
    const stop = () => late.abort();
    // Not of those that keep a process running, and gone with the answer.
    const timer = setTimeout(stop, CALL_TIMEOUT_MS).unref();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      const headers = anonymous
        ? new Headers()
        : await sooner(authorized(identity, url), late.signal);
      if (!headers) return { status: 401, body: undefined };
      const response = await fetch(url, {
        headers,
        method: form ? 'POST' : 'GET',
        signal: late.signal,
        redirect: 'error', // a token goes to the host that it was meant for
        ...(form && { body: new URLSearchParams(form) }),
      });
      const body: unknown = await response.json().catch(() => undefined);
      return late.signal.aborted
        ? { status: 0, body: undefined }
        : { status: response.status, body };
    } catch {
      return { status: 0, body: undefined };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  };
}

/** What goes wrong in an identity is quoted in its message: nobody is told but that there is none. */
async function authorized(
  identity: () => Promise<Authorizer>,
  url: string,
): Promise<Headers | undefined> {
  try {
    return await (await identity()).getRequestHeaders(url);
  } catch {
    return undefined;
  }
}

/** The promise, unless `signal` aborts first. */
export async function sooner<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const isBusy = ({ status }: Answer): boolean =>
  status === 0 || status === 408 || status === 429 || status >= 500;

/** About 3 s in all. */
const BACKOFF: Backoff = { firstWaitMs: 200, longestWaitMs: 1600, attempts: 5 };

/** Asks again while Google is busy. */
export function patiently(ask: Ask, signal: AbortSignal, waits: Waits): Ask {
  const isFinal = (answer: Answer) => !isBusy(answer);
  return (call) => withBackoff(() => ask(call), isFinal, BACKOFF, signal, waits);
}

/** A refusal, rebuilt from status and permission: Google's text may hold what a caller sent. */
export function refusalOf(what: string, answer: Answer): ReaderError {
  const { status, body } = answer;
  if (status === 0) return new ReaderError('cloud-busy', `${what}: no answer`);
  const told = { status };
  const message = `${what}: Google answered ${status}`;
  if (isBusy(answer)) return new ReaderError('cloud-busy', message, told);
  if (status === 401)
    return new ReaderError('unauthenticated', `${what}: no identity that Google takes`, told);
  if (status === 404) return new ReaderError('secret-missing', message, told);
  const permission = permissionIn(body);
  return new ReaderError(
    'secret-denied',
    permission === undefined ? message : `${message}: ${permission} is missing`,
    { status, ...(permission !== undefined && { permission }) },
  );
}

type ErrorBody = {
  readonly error?: {
    readonly details?: readonly { readonly metadata?: { readonly permission?: unknown } }[];
  };
};

function permissionIn(body: unknown): string | undefined {
  const details = (body as ErrorBody | undefined)?.error?.details;
  if (!Array.isArray(details)) return undefined;
  const named: unknown = details.find((detail) => detail?.metadata?.permission)?.metadata
    ?.permission;
  return typeof named === 'string' && /^[a-z]+(\.[A-Za-z]+)+$/.test(named) ? named : undefined;
}
