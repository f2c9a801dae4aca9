import { type Action, Reply } from '../../core/action.ts';
import {
  authorizeStorage,
  checkPreconditions,
  existingBucket,
  existingObject,
  objectKey,
  objectResource,
} from './objects.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/objects/delete */
export const deleteObject: Action = {
  api: 'storage',
  method: 'objects.delete',
  verb: 'DELETE',
  path: '/storage/v1/b/{bucket}/o/{object=**}',
  run(state, { params, query, caller }) {
    const { bucket = '', object: name = '' } = params;
    existingBucket(state, bucket);
    authorizeStorage(state, caller, 'storage.objects.delete', objectResource(bucket, name));
    const generation = query.get('generation');
    checkPreconditions(query, existingObject(state, caller, { bucket, name, generation }));
    state.objects.delete(objectKey(bucket, name));
    return new Reply(204, {}, '');
  },
};
