import type { State } from '../../../state/state.ts';
import type { Bucket, StoredObject } from '../../../state/storage.ts';
import { objectKey } from './object-resource.ts';

export type Upload = {
  name: string;
  contentType: string;
  metadata?: Record<string, string>;
  data: Buffer;
};

/** Writes a live object. Its generation is greater than every earlier generation in the bucket. */
export function writeObject(
  state: State,
  bucket: Bucket,
  { name, contentType, metadata, data }: Upload,
): StoredObject {
  const microseconds = BigInt(state.now().getTime()) * 1000n;
  const last = BigInt(bucket.lastGeneration ?? 0);
  const generation = String(microseconds > last ? microseconds : last + 1n);
  bucket.lastGeneration = generation;
  const object: StoredObject = {
    bucket: bucket.name,
    name,
    generation,
    metageneration: '1',
    contentType,
    ...(metadata && { metadata }),
    updated: state.now().toISOString(),
    data,
  };
  deleteLiveObject(state, bucket, name);
  state.objects.set(objectKey(bucket.name, name), object);
  return object;
}

/**
 * Deletes the live generation. In a bucket with versioning it becomes noncurrent.
 *
 * @see https://cloud.google.com/storage/docs/object-versioning
 */
export function deleteLiveObject(
  state: State,
  { name: bucket, settings }: Bucket,
  name: string,
): void {
  const key = objectKey(bucket, name);
  const live = state.objects.get(key);
  state.objects.delete(key);
  if (!live || !settings.versioning?.enabled) return;
  const noncurrent = { ...live, timeDeleted: state.now().toISOString() };
  state.noncurrentObjects.set(key, [...(state.noncurrentObjects.get(key) ?? []), noncurrent]);
}

/** Deletes one generation permanently, live or noncurrent. */
export function deleteGeneration(state: State, { bucket, name, generation }: StoredObject): void {
  const key = objectKey(bucket, name);
  if (state.objects.get(key)?.generation === generation) state.objects.delete(key);
  const others = state.noncurrentObjects.get(key)?.filter((one) => one.generation !== generation);
  if (others?.length) state.noncurrentObjects.set(key, others);
  else state.noncurrentObjects.delete(key);
}
