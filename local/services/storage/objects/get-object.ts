import type { ApiMethod } from '../../../core/api-method.ts';
import type { Call } from '../../../core/call.ts';
import { HttpResponse } from '../../../core/http-response.ts';
import type { State } from '../../../state/state.ts';
import type { StoredObject } from '../../../state/storage.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket } from '../buckets/bucket-resource.ts';
import { checkPreconditions, existingObject } from './find-object.ts';
import { objectResource, toObject } from './object-resource.ts';

/** The object's metadata, or its bytes with `alt=media`. @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
export const getObject: ApiMethod = {
  api: 'storage',
  name: 'objects.get',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}/o/{object=**}',
  run(state, call) {
    const object = readableObject(state, call);
    if (call.query.get('ifGenerationNotMatch') === object.generation) {
      return new HttpResponse(304, {}, '');
    }
    if (call.query.get('alt') === 'media') return mediaOf(object);
    return toObject(object, `http://${call.headers.host}`);
  },
};

/** The target of a `mediaLink`. */
export const downloadObject: ApiMethod = {
  ...getObject,
  path: '/download/storage/v1/b/{bucket}/o/{object=**}',
};

function readableObject(state: State, { params, query, caller }: Call): StoredObject {
  const { bucket = '', object: name = '' } = params;
  existingBucket(state, bucket);
  authorizeStorage(state, caller, 'storage.objects.get', objectResource(bucket, name));
  const generation = query.get('generation');
  const object = existingObject(state, caller, { bucket, name, generation });
  checkPreconditions(query, object);
  return object;
}

const mediaOf = ({ contentType, generation, metageneration, data }: StoredObject): HttpResponse =>
  new HttpResponse(
    200,
    {
      'content-type': contentType,
      'x-goog-generation': generation,
      'x-goog-metageneration': metageneration,
      'x-goog-stored-content-length': String(data.length),
    },
    data,
  );
