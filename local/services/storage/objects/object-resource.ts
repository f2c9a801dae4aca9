import { createHash } from 'node:crypto';
import { crc32c } from '@aws-crypto/crc32c';
import type { StoredObject } from '../../../state/storage.ts';

/** The key of `State.objects`. */
export const objectKey = (bucket: string, name: string): string => `${bucket}/${name}`;

export const objectResource = (bucket: string, name: string): string =>
  `buckets/${bucket}/objects/${name}`;

/**
 * @param origin of the links, as in `http://127.0.0.1:8787`
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource
 */
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
