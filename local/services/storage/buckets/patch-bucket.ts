import { isDeepStrictEqual } from 'node:util';
import type { ApiMethod } from '../../../core/api-method.ts';
import { bucketAudit } from '../audit.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { changedSettings } from './bucket-body.ts';
import { existingBucket, toBucket } from './bucket-resource.ts';
import { checkMetageneration } from './check-metageneration.ts';

/** Changes the fields in the body. `null` removes a field or a label. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/patch */
export const patchBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.patch',
  httpMethod: 'PATCH',
  path: '/storage/v1/b/{bucket}',
  audit: bucketAudit('storage.buckets.update'),
  run(state, { params, query, body, caller }) {
    const bucket = existingBucket(state, params.bucket ?? '');
    authorizeStorage(state, caller, 'storage.buckets.get', `buckets/${bucket.name}`);
    authorizeStorage(state, caller, 'storage.buckets.update', `buckets/${bucket.name}`);
    checkMetageneration(query, bucket);
    const now = state.now().toISOString();
    const settings = changedSettings(bucket.settings, body as Record<string, unknown>, now);
    if (!isDeepStrictEqual(settings, bucket.settings)) {
      bucket.settings = settings;
      bucket.updated = now;
      bucket.metageneration += 1;
    }
    return toBucket(state, bucket);
  },
};
