import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { bucketAudit } from '../audit.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { StorageError } from '../storage-error.ts';
import { changedSettings, newBucket, parseBucketBody } from './bucket-body.ts';
import { toBucket } from './bucket-resource.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/insert */
export const insertBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.insert',
  httpMethod: 'POST',
  path: '/storage/v1/b',
  audit: bucketAudit('storage.buckets.create'),
  run(state, { query, body, caller }) {
    const { name, location } = parseBucketBody(body);
    if (name === undefined) throw new StorageError(400, 'required', 'Required');
    const projectId = projectIdOf(state, query.get('project') ?? '');
    authorizeStorage(state, caller, 'storage.buckets.create', `projects/${projectId}`);
    if (state.buckets.has(name)) {
      throw new StorageError(
        409,
        'conflict',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      );
    }
    const now = state.now().toISOString();
    const settings = changedSettings({}, body as Record<string, unknown>, now);
    const bucket = newBucket(name, projectId, location, settings, now);
    state.buckets.set(name, bucket);
    return toBucket(state, bucket);
  },
};
