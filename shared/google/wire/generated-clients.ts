import { requireGoogle } from './destination.ts';
import type { HttpAnswer } from './http.ts';
import { within } from './timeout.ts';

/** What Google's generated clients throw: a gRPC code also over REST, and Google's error details. */
type GapicError = {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly errorInfoMetadata?: unknown;
};

/** @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const HTTP_STATUS: Readonly<Record<number, readonly [status: number, code: string]>> = {
  3: [400, 'INVALID_ARGUMENT'],
  5: [404, 'NOT_FOUND'],
  6: [409, 'ALREADY_EXISTS'],
  7: [403, 'PERMISSION_DENIED'],
  8: [429, 'RESOURCE_EXHAUSTED'],
  9: [400, 'FAILED_PRECONDITION'],
  10: [409, 'ABORTED'],
  13: [500, 'INTERNAL'],
  14: [503, 'UNAVAILABLE'],
  16: [401, 'UNAUTHENTICATED'],
};

/** A generated client's error as the HTTP answer that it was made from; anything else, as a reset, is no answer. */
export function answerOf(error: unknown): Pick<HttpAnswer, 'status' | 'body'> {
  const { code, reason, errorInfoMetadata } = (error ?? {}) as GapicError;
  const [status, name] = HTTP_STATUS[Number(code)] ?? [0, undefined];
  return {
    status,
    body: { error: { status: name, details: [{ reason, metadata: errorInfoMetadata }] } },
  };
}

/** Where a generated client finds its API: REST over HTTP/1.1, as our doubles and proxies speak it. The blanks of a list are a quarter of it. */
export function endpointOf(baseUrl: string) {
  requireGoogle(baseUrl);
  const url = new URL(baseUrl);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return {
    fallback: true,
    minifyJson: true,
    protocol,
    apiEndpoint: url.hostname,
    port: Number(url.port) || (protocol === 'http' ? 80 : 443),
  } as const;
}

/** What a generated client is told of one call. */
export type CallOptions = {
  readonly retry: { retryCodes: number[] };
  readonly maxRetries: number;
  readonly timeout: number;
  readonly signal: AbortSignal;
};

/**
 * One attempt of a generated client's call, which ends when `signal` aborts or `timeoutMs` are over: whether to try again is ours to say.
 * A timeout of the client's own would keep each answer in memory until it is over, long after the call.
 */
export const once = <T>(
  call: (options: CallOptions) => Promise<T>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<T> =>
  within(timeoutMs, signal, (ends) =>
    call({
      retry: { retryCodes: [] },
      maxRetries: 0,
      timeout: Number.POSITIVE_INFINITY,
      signal: ends,
    }),
  );
