import type { State } from '../../../state/state.ts';
import type { Bucket } from '../../../state/storage.ts';
import { StorageError } from '../storage-error.ts';

export function existingBucket(state: State, name: string): Bucket {
  const bucket = state.buckets.get(name);
  if (bucket) return bucket;
  throw new StorageError(404, 'notFound', 'The specified bucket does not exist.');
}

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
export const toBucket = (state: State, { name, projectId, versioning }: Bucket): object => ({
  kind: 'storage#bucket',
  id: name,
  name,
  projectNumber: state.projects.get(projectId)?.projectNumber,
  metageneration: '1',
  location: 'US',
  storageClass: 'STANDARD',
  ...(versioning !== undefined && { versioning: { enabled: versioning } }),
});

export const toBucketPolicy = (resource: string, policy: object): object => ({
  kind: 'storage#policy',
  resourceId: `projects/_/${resource}`,
  ...policy,
});
