import type { Answer } from './answer.ts';

/** Cloud Storage: small objects of JSON. */
export interface Objects {
  /** None where there is no such object. */
  read(
    bucket: string,
    name: string,
    signal: AbortSignal,
  ): Answer<{ readonly text: string; readonly generation: string } | undefined>;
  /**
   * Writes over the generation that was read, `0` for an object that was not there: `etag-stale` when somebody else has written meanwhile.
   * Without a generation it writes whatever is there.
   */
  write(
    bucket: string,
    name: string,
    value: object,
    over: { readonly generation?: string },
    signal: AbortSignal,
  ): Answer<void>;
  list(bucket: string, prefix: string, signal: AbortSignal): Answer<readonly string[]>;
  delete(bucket: string, name: string, signal: AbortSignal): Answer<void>;
}
