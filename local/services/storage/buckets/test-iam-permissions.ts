import { isAuthorized } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { existingBucket } from './bucket-resource.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions */
export const testBucketIamPermissions: ApiMethod = {
  api: 'storage',
  name: 'buckets.testIamPermissions',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}/iam/testPermissions',
  run(state, { params, query, caller }) {
    const { name } = existingBucket(state, params.bucket ?? '');
    const permissions = query
      .getAll('permissions')
      .filter((permission) => caller && isAuthorized(state, caller, permission, `buckets/${name}`));
    return {
      kind: 'storage#testIamPermissionsResponse',
      ...(permissions.length > 0 && { permissions }),
    };
  },
};
