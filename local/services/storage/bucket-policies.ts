import { getIamPolicy, setIamPolicy } from '../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { authorizeStorage, existingBucket } from './objects.ts';

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

/** PUT, and the body is the policy. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy */
export const setBucketIamPolicy: ApiMethod = {
  api: 'storage',
  name: 'buckets.setIamPolicy',
  httpMethod: 'PUT',
  path: '/storage/v1/b/{bucket}/iam',
  run(state, { params, body, caller }) {
    const resource = `buckets/${existingBucket(state, params.bucket ?? '').name}`;
    authorizeStorage(state, caller, 'storage.buckets.setIamPolicy', resource);
    return toBucketPolicy(resource, setIamPolicy(state, resource, { policy: body }));
  },
};

const toBucketPolicy = (resource: string, policy: object): object => ({
  kind: 'storage#policy',
  resourceId: `projects/_/${resource}`,
  ...policy,
});
