import { setIamPolicy } from '../../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { bucketPolicyAudit } from '../audit.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket, toBucketPolicy } from './bucket-resource.ts';

/** A PUT whose body is the policy itself. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy */
export const setBucketIamPolicy: ApiMethod = {
  api: 'storage',
  name: 'buckets.setIamPolicy',
  httpMethod: 'PUT',
  path: '/storage/v1/b/{bucket}/iam',
  audit: bucketPolicyAudit,
  run(state, { params, body, caller }) {
    const resource = `buckets/${existingBucket(state, params.bucket ?? '').name}`;
    authorizeStorage(state, caller, 'storage.buckets.setIamPolicy', resource);
    return toBucketPolicy(resource, setIamPolicy(state, resource, { policy: body }));
  },
};
