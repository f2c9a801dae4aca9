import type { z } from 'zod';
import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { failureOf } from './failures.ts';
import type { Http } from './http.ts';
import { retrying } from './retry.ts';
import { WIRE, type Wire } from './wire.ts';

/** A call that changes nothing. Failures name `operation`. */
export type Read<T> = {
  readonly operation: string;
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly body?: object;
  readonly schema: z.ZodType<T>;
};

/**
 * Reads, and retries while Google is busy.
 *
 * @returns `policy-denied` on 403, `policy-missing` on 404, `policy-refused` on any other 4xx or on a 200 that does not match `schema`
 */
export const read = <T>(
  http: Http,
  { operation, method = 'GET', url, body, schema }: Read<T>,
  signal: AbortSignal,
  wire: Wire = WIRE,
): Promise<Result<T, Failure>> =>
  retrying(
    async () => {
      const response = await http({ method, url, ...(body && { body }), signal });
      if (response.status !== 200) {
        return err(
          failureOf(response, {
            operation,
            denied: 'policy-denied',
            missing: 'policy-missing',
            refused: 'policy-refused',
          }),
        );
      }
      const parsed = schema.safeParse(response.body);
      return parsed.success
        ? ok(parsed.data)
        : err({
            reason: 'policy-refused',
            detail: `${operation}: the response does not match Google's documentation`,
          });
    },
    signal,
    wire,
  );

/** Reads all pages of a list. @param parameter with which the API asks for the next page */
export async function readPages<T extends { readonly nextPageToken: string }>(
  http: Http,
  { url, ...rest }: Read<T>,
  signal: AbortSignal,
  wire: Wire = WIRE,
  parameter = 'pageToken',
): Promise<Result<readonly T[], Failure>> {
  const pages: T[] = [];
  const more = url.includes('?') ? '&' : '?';
  let token = '';
  do {
    const at = token ? `${url}${more}${parameter}=${encodeURIComponent(token)}` : url;
    const page = await read(http, { url: at, ...rest }, signal, wire);
    if (!page.ok) return page;
    pages.push(page.value);
    token = page.value.nextPageToken;
  } while (token);
  return ok(pages);
}
