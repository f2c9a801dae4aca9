import type { ApiMethod } from '../../core/api-method.ts';
import { deleteBucket } from './buckets/delete-bucket.ts';
import { getBucket } from './buckets/get-bucket.ts';
import { getBucketIamPolicy } from './buckets/get-iam-policy.ts';
import { insertBucket } from './buckets/insert-bucket.ts';
import { listBuckets } from './buckets/list-buckets.ts';
import { patchBucket } from './buckets/patch-bucket.ts';
import { setBucketIamPolicy } from './buckets/set-iam-policy.ts';
import { testBucketIamPermissions } from './buckets/test-iam-permissions.ts';
import { deleteObject } from './objects/delete-object.ts';
import { downloadObject, getObject } from './objects/get-object.ts';
import { insertObject } from './objects/insert-object.ts';
import { listObjects } from './objects/list-objects.ts';

/** The JSON API of Cloud Storage. @see https://cloud.google.com/storage/docs/json_api/v1 */
export const storage: readonly ApiMethod[] = [
  listObjects,
  getObject,
  downloadObject,
  insertObject,
  deleteObject,
  insertBucket,
  getBucket,
  listBuckets,
  getBucketIamPolicy,
  setBucketIamPolicy,
  testBucketIamPermissions,
  patchBucket,
  deleteBucket,
];
