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
  /**
   * The content of the live generation. Gives `undefined` if the object does not exist.
   *
   * @param open gives a new sink for each attempt
   */
  read<T>(
    at: ObjectLocation,
    open: () => Sink<T>,
    signal: AbortSignal,
  ): AsyncResult<{ readonly content: T; readonly generation: string } | undefined>;
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
  /**
   * Replaces `over.generation`, the generation that was read; `0` means that the object did not exist. Fails with `etag-stale` if the object
   * has changed since. Without a generation, replaces any object.
   */
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
