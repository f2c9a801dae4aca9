import type { AsyncResult } from './async-result.ts';

/** An object of Cloud Storage: `gs://bucket/name`. */
export type ObjectLocation = { readonly bucket: string; readonly name: string };

/** Small JSON objects in Cloud Storage. */
export interface Objects {
  /** Gives `undefined` if the object does not exist. */
  read(
    bucket: string,
    name: string,
    signal: AbortSignal,
  ): AsyncResult<{ readonly text: string; readonly generation: string } | undefined>;
  /**
   * Replaces `over.generation`, the generation that was read; `0` means that the object did not exist. Fails with `etag-stale` if the object
   * has changed since. Without a generation, replaces any object.
   */
  write(
    bucket: string,
    name: string,
    value: object,
    over: { readonly generation?: string },
    signal: AbortSignal,
  ): AsyncResult<void>;
  /** The names of the objects that begin with `prefix`. */
  list(bucket: string, prefix: string, signal: AbortSignal): AsyncResult<readonly string[]>;
  /** Succeeds if the object does not exist. */
  delete(bucket: string, name: string, signal: AbortSignal): AsyncResult<void>;
}
