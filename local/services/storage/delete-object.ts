import type { ApiMethod } from '../../core/api-method.ts';
import { HttpResponse } from '../../core/http-response.ts';
import type { State } from '../../state/state.ts';
import type { StoredObject } from '../../state/storage.ts';
import {
  authorizeStorage,
  checkPreconditions,
  endLiveObject,
  existingBucket,
  existingObject,
  objectKey,
  objectResource,
} from './objects.ts';

/** With a generation it is deleted permanently, even from a bucket with versioning. @see https://cloud.google.com/storage/docs/json_api/v1/objects/delete */
export const deleteObject: ApiMethod = {
  api: 'storage',
  name: 'objects.delete',
  httpMethod: 'DELETE',
  path: '/storage/v1/b/{bucket}/o/{object=**}',
  run(state, { params, query, caller }) {
    const { bucket = '', object: name = '' } = params;
    const existing = existingBucket(state, bucket);
    authorizeStorage(state, caller, 'storage.objects.delete', objectResource(bucket, name));
    const generation = query.get('generation');
    const object = existingObject(state, caller, { bucket, name, generation });
    checkPreconditions(query, object);
    if (generation === null) endLiveObject(state, existing, name);
    else deleteGeneration(state, object);
    return new HttpResponse(204, {}, '');
  },
};

function deleteGeneration(state: State, { bucket, name, generation }: StoredObject): void {
  const key = objectKey(bucket, name);
  if (state.objects.get(key)?.generation === generation) state.objects.delete(key);
  const others = state.noncurrentObjects.get(key)?.filter((one) => one.generation !== generation);
  if (others?.length) state.noncurrentObjects.set(key, others);
  else state.noncurrentObjects.delete(key);
}
