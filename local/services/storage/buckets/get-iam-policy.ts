import { getIamPolicy } from '../../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket, toBucketPolicy } from './bucket-resource.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy */
export const getBucketIamPolicy: ApiMethod = {
  api: 'storage',
  name: 'buckets.getIamPolicy',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}/iam',
  run(state, { params, query, caller }) {
    const resource = `buckets/${existingBucket(state, params.bucket ?? '').name}`;
    authorizeStorage(state, caller, 'storage.buckets.getIamPolicy', resource);
    const version = query.get('optionsRequestedPolicyVersion');
    return toBucketPolicy(resource, getIamPolicy(state, resource, version));
  },
};
