import type { Action } from '../../core/action.ts';
import { pageOf } from '../../core/paging.ts';
import { authorizeStorage, existingBucket, toObject } from './objects.ts';

/** By name; what lies below a `delimiter` is told by its prefix. @see https://cloud.google.com/storage/docs/json_api/v1/objects/list */
export const listObjects: Action = {
  api: 'storage',
  method: 'objects.list',
  verb: 'GET',
  path: '/storage/v1/b/{bucket}/o',
  run(state, { params, query, caller, headers }) {
    const { name: bucket } = existingBucket(state, params.bucket ?? '');
    authorizeStorage(state, caller, 'storage.objects.list', `buckets/${bucket}`);
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const below = (name: string): string | undefined => {
      const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
      return end < 0 ? undefined : name.slice(0, end + delimiter.length);
    };

    const matching = new Map(
      [...state.objects.values()]
        .filter((object) => object.bucket === bucket && object.name.startsWith(prefix))
        .map((object) => [object.name, object]),
    );
    const entries = new Set([...matching.keys()].map((name) => below(name) ?? name));
    const asked = new URLSearchParams({
      pageSize: query.get('maxResults') ?? '0',
      pageToken: query.get('pageToken') ?? '',
    });
    const list = { key: (name: string) => name, descending: false, max: 1000, usual: 1000 };
    const { page, nextPageToken } = pageOf([...entries].toSorted(byCodePoint), asked, list);
    const folders = page.filter((name) => below(name) === name);
    const objects = page.flatMap((name) =>
      below(name) === name ? [] : (matching.get(name) ?? []),
    );
    return {
      kind: 'storage#objects',
      ...(objects.length > 0 && {
        items: objects.map((object) => toObject(object, `http://${headers.host}`)),
      }),
      ...(folders.length > 0 && { prefixes: folders }),
      ...(nextPageToken && { nextPageToken }),
    };
  },
};

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : 1);
