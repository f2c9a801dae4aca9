import type { HttpAnswer } from './http.ts';
import type { Wire } from './wire.ts';

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

/** Where a generated client finds its API: REST over HTTP/1.1, as our doubles and proxies speak it. */
export function endpointOf(baseUrl: string) {
  const url = new URL(baseUrl);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return {
    fallback: true,
    protocol,
    apiEndpoint: url.hostname,
    port: Number(url.port) || (protocol === 'http' ? 80 : 443),
  } as const;
}

/** One attempt: whether to try again is ours to say. */
export const once = ({ callTimeoutMs }: Pick<Wire, 'callTimeoutMs'>) => ({
  retry: { retryCodes: [] as number[] },
  maxRetries: 0,
  timeout: callTimeoutMs,
});

type Cancellable<T> = Promise<T> & { cancel?: () => void };

/** A generated client's call that ends when `signal` aborts; it takes no signal itself. */
export async function abortable<T>(call: Cancellable<T>, signal: AbortSignal): Promise<T> {
  const cancel = () => call.cancel?.();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await call;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
