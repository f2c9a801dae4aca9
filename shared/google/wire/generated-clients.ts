import type { HttpResponse } from './http.ts';
import { withTimeout } from './timeout.ts';
import { REST, type Transport } from './transport.ts';

/** An error of Google's generated clients. It has a gRPC code, also over REST, and Google's error details. */
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

/** The HTTP response that a generated client made its error from. Any other error, such as a reset, counts as no answer: status 0. */
export function toHttpResponse(error: unknown): Pick<HttpResponse, 'status' | 'body'> {
  const { code, reason, errorInfoMetadata } = (error ?? {}) as GapicError;
  const [status, name] = HTTP_STATUS[Number(code)] ?? [0, undefined];
  return {
    status,
    body: { error: { status: name, details: [{ reason, metadata: errorInfoMetadata }] } },
  };
}

/** The options of one call of a generated client. */
export type CallOptions = {
  readonly retry: { retryCodes: number[] };
  readonly maxRetries: number;
  readonly timeout: number;
  readonly signal: AbortSignal;
};

/**
 * Calls a generated client once, until `signal` aborts or `timeoutMs` have passed. The client does not retry: we do.
 */
export const callOnce = <T>(
  call: (options: CallOptions) => Promise<T>,
  signal: AbortSignal,
  timeoutMs: number,
  { clientTimeoutMs }: Transport = REST,
): Promise<T> =>
  withTimeout(timeoutMs, signal, (ended) =>
    call({
      retry: { retryCodes: [] },
      maxRetries: 0,
      timeout: clientTimeoutMs,
      signal: ended,
    }),
  );
