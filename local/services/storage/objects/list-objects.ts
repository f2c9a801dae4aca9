import type { ApiMethod } from '../../../core/api-method.ts';
import { pageOf } from '../../../core/paging.ts';
import type { State } from '../../../state/state.ts';
import type { StoredObject } from '../../../state/storage.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket } from '../buckets/bucket-resource.ts';
import { toObject } from './object-resource.ts';

/** One entry of a list: an object, or the common prefix of the objects below a `delimiter`. */
type Entry = { readonly key: string; readonly prefix?: string; readonly object?: StoredObject };

/** Sorted by name. With `versions`, each generation is an entry, oldest first. @see https://cloud.google.com/storage/docs/json_api/v1/objects/list */
export const listObjects: ApiMethod = {
  api: 'storage',
  name: 'objects.list',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}/o',
  run(state, { params, query, caller, headers }) {
    const { name: bucket } = existingBucket(state, params.bucket ?? '');
    authorizeStorage(state, caller, 'storage.objects.list', `buckets/${bucket}`);
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const entryOf = (object: StoredObject): Entry => {
      const { name, generation } = object;
      const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
      if (end < 0) return { key: `${name}\0${generation.padStart(20, '0')}`, object };
      const common = name.slice(0, end + delimiter.length);
      return { key: common, prefix: common };
    };

    const entries = new Map(
      objectsIn(state, query.get('versions') === 'true')
        .filter((object) => object.bucket === bucket && object.name.startsWith(prefix))
        .map(entryOf)
        .map((entry) => [entry.key, entry]),
    );
    const pageQuery = new URLSearchParams({
      pageSize: query.get('maxResults') ?? '0',
      pageToken: query.get('pageToken') ?? '',
    });
    const { page, nextPageToken } = pageOf([...entries.values()].toSorted(byKey), pageQuery, {
      key: ({ key }) => key,
      descending: false,
      maxSize: 1000,
      defaultSize: 1000,
    });
    const prefixes = page.flatMap((entry) => entry.prefix ?? []);
    const objects = page.flatMap(({ object }) => object ?? []);
    return {
      kind: 'storage#objects',
      ...(objects.length > 0 && {
        items: objects.map((object) => toObject(object, `http://${headers.host}`)),
      }),
      ...(prefixes.length > 0 && { prefixes }),
      ...(nextPageToken && { nextPageToken }),
    };
  },
};

const objectsIn = (state: State, withNoncurrent: boolean): StoredObject[] => [
  ...(withNoncurrent ? [...state.noncurrentObjects.values()].flat() : []),
  ...state.objects.values(),
];

/** By code units, as Cloud Storage sorts names. */
const byKey = (a: Entry, b: Entry): number => (a.key < b.key ? -1 : 1);
