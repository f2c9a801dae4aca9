import type { ApiMethod } from '../../core/api-method.ts';
import { getBucketIamPolicy, setBucketIamPolicy } from './bucket-policies.ts';
import { getBucket, insertBucket, listBuckets } from './buckets.ts';
import { deleteObject } from './delete-object.ts';
import { downloadObject, getObject } from './get-object.ts';
import { insertObject } from './insert-object.ts';
import { listObjects } from './list-objects.ts';

/** Cloud Storage in the JSON API: objects, and of buckets what one needs for them. @see https://cloud.google.com/storage/docs/json_api/v1 */
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
];
