import type { z } from 'zod';
import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { failureOf } from './failures.ts';
import type { Http } from './http.ts';
import { retrying } from './retry.ts';
import { WIRE, type Wire } from './wire.ts';

/** A call that changes nothing. `what` is how its failure speaks of it. */
export type Read<T> = {
  readonly what: string;
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly body?: object;
  readonly schema: z.ZodType<T>;
};

/**
 * Reads, and tries again while Google is busy.
 *
 * @returns `policy-denied` on 403, `policy-missing` on 404, `policy-refused` on any other 4xx, or if a 200 is not the documented one
 */
export const read = <T>(
  http: Http,
  { what, method = 'GET', url, body, schema }: Read<T>,
  signal: AbortSignal,
  wire: Wire = WIRE,
): Promise<Result<T, Failure>> =>
  retrying(
    async () => {
      const answer = await http({ method, url, ...(body && { body }), signal });
      if (answer.status !== 200) {
        return err(
          failureOf(answer, {
            what,
            denied: 'policy-denied',
            missing: 'policy-missing',
            refused: 'policy-refused',
          }),
        );
      }
      const parsed = schema.safeParse(answer.body);
      return parsed.success
        ? ok(parsed.data)
        : err({
            reason: 'policy-refused',
            detail: `${what}: the answer is not the documented one`,
          });
    },
    signal,
    wire,
  );
