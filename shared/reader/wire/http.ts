import { type Backoff, type Waits, withBackoff } from '../../domain/basics/backoff.ts';
import { ReaderError } from '../error.ts';

/** The identity of a caller: any AuthClient of google-auth-library, or another object that gives the headers. */
export type Authorizer = { getRequestHeaders(url?: string | URL): Promise<Headers> };

/** `status` is 0 without an answer: after a reset, a timeout or an abort. */
export type HttpResponse = { readonly status: number; readonly body: unknown };

/** Sends one request. A refusal and a lost connection are answers. @throws {ReaderError} `misconfigured`, from the identity */
export type Call = (call: {
  readonly url: string;
  /** Sends a POST with this form instead of a GET. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sends no token of the identity. */
  readonly anonymous?: boolean;
}) => Promise<HttpResponse>;

/** A request that takes longer counts as unanswered. */
const CALL_TIMEOUT_MS = 5_000;

export function callOf(
  fetch: typeof globalThis.fetch,
  identity: () => Promise<Authorizer>,
  signal: AbortSignal,
): Call {
  return async ({ url, form, anonymous }) => {
    const late = new AbortController();
    const stop = () => late.abort();
    // The timer does not keep the process running.
    const timer = setTimeout(stop, CALL_TIMEOUT_MS).unref();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      const headers = anonymous
        ? new Headers()
        : await unlessAborted(authorized(identity, url), late.signal);
      if (!headers) return { status: 401, body: undefined };
      const response = await fetch(url, {
        headers,
        method: form ? 'POST' : 'GET',
        signal: late.signal,
        redirect: 'error', // a redirect must not receive the token
        ...(form && { body: new URLSearchParams(form) }),
      });
      const body: unknown = await response.json().catch(() => undefined);
      return late.signal.aborted
        ? { status: 0, body: undefined }
        : { status: response.status, body };
    } catch (error) {
      if (error instanceof ReaderError) throw error;
      return { status: 0, body: undefined };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  };
}

/**
 * Undefined if the identity fails. Its error is dropped, because the message may contain a credential.
 *
 * @throws {ReaderError} `misconfigured` if the file of the identity would send a credential elsewhere
 */
async function authorized(
  identity: () => Promise<Authorizer>,
  url: string,
): Promise<Headers | undefined> {
  try {
    return await (await identity()).getRequestHeaders(url);
  } catch (error) {
    if (error instanceof ReaderError && error.reason === 'misconfigured') throw error;
    return undefined;
  }
}

/** The promise, unless `signal` aborts first. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
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

const isBusy = ({ status }: HttpResponse): boolean =>
  status === 0 || status === 408 || status === 429 || status >= 500;

/** About 3 s in all. */
const BACKOFF: Backoff = { firstWaitMs: 200, longestWaitMs: 1600, attempts: 5 };

/** Repeats a call while Google is busy. */
export function retryingWhileBusy(send: Call, signal: AbortSignal, waits: Waits): Call {
  const isFinal = (response: HttpResponse) => !isBusy(response);
  return (call) => withBackoff(() => send(call), isFinal, BACKOFF, signal, waits);
}

/** An error made of status and permission only: Google's text may contain what the caller sent. */
export function errorOf(operation: string, response: HttpResponse): ReaderError {
  const { status, body } = response;
  if (status === 0) return new ReaderError('cloud-busy', `${operation}: no answer`);
  const details = { status };
  const message = `${operation}: Google answered ${status}`;
  if (isBusy(response)) return new ReaderError('cloud-busy', message, details);
  if (status === 401)
    return new ReaderError(
      'unauthenticated',
      `${operation}: Google does not accept the identity`,
      details,
    );
  if (status === 404) return new ReaderError('secret-missing', message, details);
  const permission = permissionIn(body);
  const googleReason = reasonIn(body);
  const missing =
    googleReason === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' ? 'the scope cloud-platform' : permission;
  return new ReaderError(
    'secret-denied',
    missing === undefined ? message : `${message}: ${missing} is missing`,
    {
      status,
      ...(permission !== undefined && { permission }),
      ...(googleReason !== undefined && { googleReason }),
    },
  );
}

type ErrorBody = {
  readonly error?: {
    readonly details?: readonly {
      readonly reason?: unknown;
      readonly metadata?: { readonly permission?: unknown };
    }[];
  };
};

function permissionIn(body: unknown): string | undefined {
  const reasons = (body as ErrorBody | undefined)?.error?.details;
  if (!Array.isArray(reasons)) return undefined;
  const named: unknown = reasons.find((detail) => detail?.metadata?.permission)?.metadata
    ?.permission;
  return typeof named === 'string' && /^[a-z]+(\.[A-Za-z]+)+$/.test(named) ? named : undefined;
}

function reasonIn(body: unknown): string | undefined {
  const details = (body as ErrorBody | undefined)?.error?.details;
  if (!Array.isArray(details)) return undefined;
  const named: unknown = details.find((detail) => detail?.reason)?.reason;
  return typeof named === 'string' && /^[A-Z_]+$/.test(named) ? named : undefined;
}
