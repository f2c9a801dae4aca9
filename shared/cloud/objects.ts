import type { ObjectLocation } from '../domain/basics/object-location.ts';
import type { AsyncResult } from './async-result.ts';

/** One generation of an object, without its content. */
export type Generation = {
  readonly generation: string;
  /** When it was written, or when its metadata was changed last. */
  readonly updated: Date;
  /** Custom metadata: the writer's own claims. */
  readonly metadata: Readonly<Record<string, string>>;
  /** False for a noncurrent generation, which only a bucket with versioning has. */
  readonly isLive: boolean;
};

/** Takes the content of an object as it arrives. */
export type Sink<T> = {
  readonly take: (bytes: Uint8Array) => void;
  readonly end: () => T;
};

/** Objects in Cloud Storage. */
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

  /** The live generation. Gives `undefined` if the object does not exist. */
  live(at: ObjectLocation, signal: AbortSignal): AsyncResult<Generation | undefined>;
  /** Every generation that the bucket keeps, the newest first. */
  generations(at: ObjectLocation, signal: AbortSignal): AsyncResult<readonly Generation[]>;
  /**
   * The content of one generation.
   *
   * @param open gives a new sink for each attempt
   */
  download<T>(
    at: ObjectLocation,
    generation: string,
    open: () => Sink<T>,
    signal: AbortSignal,
  ): AsyncResult<T>;
  /** As `write`, for a text that is not JSON, with custom metadata. */
  upload(
    at: ObjectLocation,
    content: {
      readonly text: string;
      readonly type: string;
      readonly metadata: Readonly<Record<string, string>>;
    },
    over: { readonly generation?: string },
    signal: AbortSignal,
  ): AsyncResult<Generation>;
}
