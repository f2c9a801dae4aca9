import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';
import { HttpResponse } from '../../../core/http-response.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket } from '../buckets/bucket-resource.ts';
import { checkPreconditions, existingObject } from './find-object.ts';
import { objectResource } from './object-resource.ts';
import { deleteGeneration, deleteLiveObject } from './write-object.ts';

/** When the request names a generation, that generation is deleted permanently, even in a bucket with versioning. @see https://cloud.google.com/storage/docs/json_api/v1/objects/delete */
export const deleteObject: ApiMethod = {
  api: 'storage',
  name: 'objects.delete',
  httpMethod: 'DELETE',
  path: '/storage/v1/b/{bucket}/o/{object=**}',
  audit: DATA_ACCESS,
  run(state, { params, query, caller }) {
    const { bucket: bucketName = '', object: name = '' } = params;
    const bucket = existingBucket(state, bucketName);
    authorizeStorage(state, caller, 'storage.objects.delete', objectResource(bucketName, name));
    const generation = query.get('generation');
    const object = existingObject(state, caller, { bucket: bucketName, name, generation });
    checkPreconditions(query, object);
    if (generation === null) deleteLiveObject(state, bucket, name);
    else deleteGeneration(state, object);
    return new HttpResponse(204, {}, '');
  },
};
