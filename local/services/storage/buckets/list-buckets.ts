import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { toBucket } from './bucket-resource.ts';

/** All buckets of a project on one page, sorted by name. @see https://cloud.google.com/storage/docs/json_api/v1/buckets/list */
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
