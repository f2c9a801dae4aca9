import { newEtag } from '../../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import type { Policy } from '../../../state/policy.ts';
import { bucketAudit } from '../audit.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { StorageError } from '../storage-error.ts';
import { changedSettings, newBucket, parseBucketBody } from './bucket-body.ts';
import { toBucket } from './bucket-resource.ts';

/**
 * The grants that Google makes on a new bucket, for the owners, editors and viewers of its project.
 *
 * @see https://cloud.google.com/storage/docs/access-control/iam-roles#basic-roles-modifiable
 */
const policyOfNewBucket = (projectId: string, etag: string): Policy => {
  const writers = [`projectEditor:${projectId}`, `projectOwner:${projectId}`];
  const readers = [`projectViewer:${projectId}`];
  return {
    version: 1,
    etag,
    bindings: [
      { role: 'roles/storage.legacyBucketOwner', members: writers },
      { role: 'roles/storage.legacyBucketReader', members: readers },
    ],
  };
};

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
    state.policies.set(`buckets/${name}`, policyOfNewBucket(projectId, newEtag(state)));
    return toBucket(state, bucket);
  },
};
