import type { ApiMethod } from '../../../core/api-method.ts';
import { HttpResponse } from '../../../core/http-response.ts';
import type { State } from '../../../state/state.ts';
import { bucketAudit } from '../audit.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { StorageError } from '../storage-error.ts';
import { existingBucket } from './bucket-resource.ts';
import { checkMetageneration } from './check-metageneration.ts';

/** Only an empty bucket, without noncurrent objects, can be deleted. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/delete */
export const deleteBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.delete',
  httpMethod: 'DELETE',
  path: '/storage/v1/b/{bucket}',
  audit: bucketAudit('storage.buckets.delete'),
  run(state, { params, query, caller }) {
    const bucket = existingBucket(state, params.bucket ?? '');
    const resource = `buckets/${bucket.name}`;
    authorizeStorage(state, caller, 'storage.buckets.delete', resource);
    checkMetageneration(query, bucket);
    if (holdsObjects(state, bucket.name)) {
      throw new StorageError(409, 'conflict', 'The bucket you tried to delete is not empty.');
    }
    state.buckets.delete(bucket.name);
    state.policies.delete(resource);
    state.tagBindings.delete(resource);
    return new HttpResponse(204, {}, '');
  },
};

const holdsObjects = (state: State, bucket: string): boolean =>
  [...state.objects.values(), ...[...state.noncurrentObjects.values()].flat()].some(
    (object) => object.bucket === bucket,
  );
