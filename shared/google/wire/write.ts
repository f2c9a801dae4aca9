import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { errorCodeOf, failureOf, violationOf } from './failures.ts';
import type { Http } from './http.ts';

/** A call that changes something. Failures name `operation`. */
export type Write = {
  readonly operation: string;
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly body: object;
  /** Secret Manager answers FAILED_PRECONDITION to a stale etag. In other APIs that code means that an organization policy forbids the call. */
  readonly staleEtagCode?: 'FAILED_PRECONDITION';
};

/**
 * Writes once. A write without an answer may have taken effect, so it is not retried.
 *
 * @returns `etag-stale` if the resource has changed since it was read; `policy-denied` on 403, `policy-missing` on 404, `policy-refused` on
 *   any other 4xx, with the fields that Google names
 */
export async function write(
  http: Http,
  { operation, method, url, body, staleEtagCode }: Write,
  signal: AbortSignal,
): Promise<Result<void, Failure>> {
  const response = await http({ method, url, body, signal });
  if (response.status === 200) return ok(undefined);
  if (signal.aborted) return err({ reason: 'deadline', detail: `${operation}: interrupted` });
  const failure = failureOf(response, {
    operation,
    denied: 'policy-denied',
    missing: 'policy-missing',
    refused: 'policy-refused',
  });
  const isStale =
    response.status === 409 ||
    (staleEtagCode !== undefined && errorCodeOf(response.body) === staleEtagCode);
  if (isStale) return err({ ...failure, reason: 'etag-stale' });
  const violation = failure.reason === 'policy-refused' ? violationOf(response.body) : undefined;
  return err(violation === undefined ? failure : { ...failure, violation });
}
