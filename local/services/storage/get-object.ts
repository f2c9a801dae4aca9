import type { ApiMethod, Call } from '../../core/api-method.ts';
import { HttpResponse } from '../../core/http-response.ts';
import type { State } from '../../state/state.ts';
import type { StoredObject } from '../../state/storage.ts';
import {
  authorizeStorage,
  checkPreconditions,
  existingBucket,
  existingObject,
  objectResource,
  toObject,
} from './objects.ts';

/** Its metadata, or with `alt=media` its bytes. @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
export const getObject: ApiMethod = {
  api: 'storage',
  name: 'objects.get',
  httpMethod: 'GET',
  path: '/storage/v1/b/{bucket}/o/{object=**}',
  run(state, call) {
    const object = found(state, call);
    if (call.query.get('ifGenerationNotMatch') === object.generation)
      return new HttpResponse(304, {}, '');
    if (call.query.get('alt') === 'media') return media(object);
    return toObject(object, `http://${call.headers.host}`);
  },
};

/** Where a `mediaLink` leads. */
export const downloadObject: ApiMethod = {
  ...getObject,
  path: '/download/storage/v1/b/{bucket}/o/{object=**}',
};

function found(state: State, { params, query, caller }: Call): StoredObject {
  const { bucket = '', object: name = '' } = params;
  existingBucket(state, bucket);
  authorizeStorage(state, caller, 'storage.objects.get', objectResource(bucket, name));
  const generation = query.get('generation');
  const object = existingObject(state, caller, { bucket, name, generation });
  checkPreconditions(query, object);
  return object;
}

const media = ({ contentType, generation, metageneration, data }: StoredObject): HttpResponse =>
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
