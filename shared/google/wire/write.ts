import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { codeOf, failureOf } from './failures.ts';
import type { Http } from './http.ts';

/** A call that changes something. `what` is how its failure speaks of it. */
export type Write = {
  readonly what: string;
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly body: object;
  /** Secret Manager's word for a stale etag is FAILED_PRECONDITION, which elsewhere is an organization policy's. */
  readonly isStale?: 'FAILED_PRECONDITION';
};

/**
 * Writes once: what has no answer may have come through.
 *
 * @returns `etag-stale` when what was read is no longer so; `policy-denied` on 403, `policy-missing` on 404, `policy-refused` on any other 4xx
 */
export async function write(
  http: Http,
  { what, method, url, body, isStale }: Write,
  signal: AbortSignal,
): Promise<Result<void, Failure>> {
  const answer = await http({ method, url, body, signal });
  if (answer.status === 200) return ok(undefined);
  if (signal.aborted) return err({ reason: 'deadline', detail: `${what}: interrupted` });
  const failure = failureOf(answer, {
    what,
    denied: 'policy-denied',
    missing: 'policy-missing',
    refused: 'policy-refused',
  });
  const stale = answer.status === 409 || (isStale && codeOf(answer.body) === isStale);
  return err(stale ? { ...failure, reason: 'etag-stale' } : failure);
}
