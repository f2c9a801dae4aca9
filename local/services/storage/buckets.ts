import { z } from 'zod';
import type { ApiMethod } from '../../core/api-method.ts';
import { projectIdOf } from '../../core/projects.ts';
import { parseMessage } from '../../core/proto-json.ts';
import type { State } from '../../state/state.ts';
import type { Bucket } from '../../state/storage.ts';
import { authorizeStorage, existingBucket } from './objects.ts';
import { StorageError } from './status.ts';

const Versioning = z.object({ enabled: z.boolean().default(false) });
const Body = z.looseObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/),
  versioning: Versioning.optional(),
});

/** Of the fields of a bucket only `versioning` is kept. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/insert */
export const insertBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.insert',
  httpMethod: 'POST',
  path: '/storage/v1/b',
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

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/get */
export const getBucket: ApiMethod = {
  api: 'storage',
  name: 'buckets.get',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}',
  run(state, { params, caller }) {
    const bucket = existingBucket(state, params.bucket ?? '');
    authorizeStorage(state, caller, 'storage.buckets.get', `buckets/${bucket.name}`);
    return toBucket(state, bucket);
  },
};

/** In one page, by name. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/list */
export const listBuckets: ApiMethod = {
  api: 'storage',
  name: 'buckets.list',
  httpMethod: 'GET',
  path: '/storage/v1/b',
  run(state, { query, caller }) {
    const projectId = projectIdOf(state, query.get('project') ?? '');
    authorizeStorage(state, caller, 'storage.buckets.list', `projects/${projectId}`);
    const prefix = query.get('prefix') ?? '';
    const buckets = [...state.buckets.values()]
      .filter((bucket) => bucket.projectId === projectId && bucket.name.startsWith(prefix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return {
      kind: 'storage#buckets',
      ...(buckets.length > 0 && { items: buckets.map((bucket) => toBucket(state, bucket)) }),
    };
  },
};

const toBucket = (state: State, { name, projectId, versioning }: Bucket): object => ({
  kind: 'storage#bucket',
  id: name,
  name,
  projectNumber: state.projects.get(projectId)?.projectNumber,
  metageneration: '1',
  location: 'US',
  storageClass: 'STANDARD',
  ...(versioning !== undefined && { versioning: { enabled: versioning } }),
});
