import { z } from 'zod';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import type { Bucket } from '../../../state/storage.ts';
import { bucketAudit } from '../audit.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { StorageError } from '../storage-error.ts';
import { toBucket } from './bucket-resource.ts';

const Versioning = z.object({ enabled: z.boolean().default(false) });
const Body = z.looseObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/),
  versioning: Versioning.optional(),
});

/** Stores the name and `versioning`, and ignores every other field. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/insert */
export const insertBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.insert',
  httpMethod: 'POST',
  path: '/storage/v1/b',
  audit: bucketAudit('storage.buckets.create'),
  run(state, { query, body, caller }) {
    const { name, versioning } = parseMessage(Body, body);
    const projectId = projectIdOf(state, query.get('project') ?? '');
    authorizeStorage(state, caller, 'storage.buckets.create', `projects/${projectId}`);
    if (state.buckets.has(name))
      throw new StorageError(
        409,
        'conflict',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      );
    const bucket: Bucket = {
      name,
      projectId,
      ...(versioning && { versioning: versioning.enabled }),
    };
    state.buckets.set(name, bucket);
    return toBucket(state, bucket);
  },
};
