import type { ApiMethod } from '../../../core/api-method.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket, toBucket } from './bucket-resource.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/get */
export const getBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.get',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}',
  run(state, { params, caller }) {
    const bucket = existingBucket(state, params.bucket ?? '');
    authorizeStorage(state, caller, 'storage.buckets.get', `buckets/${bucket.name}`);
    return toBucket(state, bucket);
  },
};
