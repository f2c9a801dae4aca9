import { createHash } from 'node:crypto';
import { crc32c } from '@aws-crypto/crc32c';
import { unauthenticated } from '../../authorization/access-errors.ts';
import { hasPermission } from '../../authorization/authorize.ts';
import type { Principal } from '../../core/principal.ts';
import type { State } from '../../state/state.ts';
import type { Bucket, StoredObject } from '../../state/storage.ts';
import { StorageError } from './status.ts';

export const objectKey = (bucket: string, name: string): string => `${bucket}/${name}`;
export const objectResource = (bucket: string, name: string): string =>
  `buckets/${bucket}/objects/${name}`;

/** @throws {StorageError} 403 in Cloud Storage's words */
export function authorizeStorage(
  state: State,
  caller: Principal | undefined,
  permission: string,
  resource: string,
): void {
  if (!caller) throw unauthenticated('CREDENTIALS_MISSING');
  if (hasPermission(state, caller, permission, resource)) return;
  throw new StorageError(
    403,
    'forbidden',
    `${caller.email} does not have ${permission} access to the Google Cloud Storage ${resource.includes('/objects/') ? 'object' : 'bucket'}. Permission '${permission}' denied on resource (or it may not exist).`,
  );
}

export function existingBucket(state: State, name: string): Bucket {
  const bucket = state.buckets.get(name);
  if (bucket) return bucket;
  throw new StorageError(404, 'notFound', 'The specified bucket does not exist.');
}

/** Who may not list a bucket is not told that an object is missing. */
export function existingObject(
  state: State,
  caller: Principal | undefined,
  { bucket, name, generation }: { bucket: string; name: string; generation: string | null },
): StoredObject {
  const object =
    generation === null
      ? state.objects.get(objectKey(bucket, name))
      : generationsOf(state, bucket, name).find((one) => one.generation === generation);
  if (object) return object;
  authorizeStorage(state, caller, 'storage.objects.list', `buckets/${bucket}`);
  const full = objectKey(bucket, name) + (generation === null ? '' : `#${generation}`);
  throw new StorageError(404, 'notFound', `No such object: ${full}`);
}

/** @throws {StorageError} 412 unless the object, or that there is none (generation 0), is as the query wants it */
export function checkPreconditions(query: URLSearchParams, object: StoredObject | undefined): void {
  const { generation = '0', metageneration = '0' } = object ?? {};
  const holds =
    [null, generation].includes(query.get('ifGenerationMatch')) &&
    [null, metageneration].includes(query.get('ifMetagenerationMatch'));
  if (!holds)
    throw new StorageError(
      412,
      'conditionNotMet',
      'At least one of the pre-conditions you specified did not hold.',
    );
}

/** Every generation of an object, the oldest first. Without versioning there is the live one only. */
export function generationsOf(state: State, bucket: string, name: string): StoredObject[] {
  const key = objectKey(bucket, name);
  const live = state.objects.get(key);
  return [...(state.noncurrentObjects.get(key) ?? []), ...(live ? [live] : [])];
}

/** Ends the live generation: a bucket with versioning keeps it. @see https://cloud.google.com/storage/docs/object-versioning */
export function endLiveObject(state: State, { name: bucket, versioning }: Bucket, name: string) {
  const key = objectKey(bucket, name);
  const live = state.objects.get(key);
  state.objects.delete(key);
  if (!live || !versioning) return;
  const noncurrent = { ...live, timeDeleted: state.now().toISOString() };
  state.noncurrentObjects.set(key, [...(state.noncurrentObjects.get(key) ?? []), noncurrent]);
}

/** Writes an object under a generation that is greater than any its bucket has had. */
export function writeObject(
  state: State,
  bucket: Bucket,
  {
    name,
    contentType,
    metadata,
    data,
  }: { name: string; contentType: string; metadata?: Record<string, string>; data: Buffer },
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
  endLiveObject(state, bucket, name);
  state.objects.set(objectKey(bucket.name, name), object);
  return object;
}

/** @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function toObject({ data, updated, ...object }: StoredObject, origin: string): object {
  const { bucket, name, generation } = object;
  const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(data));
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${origin}${path}`,
    mediaLink: `${origin}/download${path}?generation=${generation}&alt=media`,
    ...object,
    storageClass: 'STANDARD',
    size: String(data.length),
    md5Hash: createHash('md5').update(data).digest('base64'),
    crc32c: checksum.toString('base64'),
    etag: Buffer.from(generation).toString('base64'),
    timeCreated: updated,
    updated,
    timeStorageClassUpdated: updated,
  };
}
