import type { ApiMethod, Call } from '../../core/api-method.ts';
import { multipartOf } from './multipart.ts';
import {
  authorizeStorage,
  checkPreconditions,
  existingBucket,
  objectKey,
  objectResource,
  toObject,
  writeObject,
} from './objects.ts';
import { StorageError } from './status.ts';

/** In one request, `uploadType` media or multipart. @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
export const insertObject: ApiMethod = {
  api: 'storage',
  name: 'objects.insert',
  httpMethod: 'POST',
  path: '/upload/storage/v1/b/{bucket}/o',
  run(state, call) {
    const { params, query, caller, headers } = call;
    const bucket = existingBucket(state, params.bucket ?? '');
    const upload = uploadOf(call);
    if (upload.name === '') throw new StorageError(400, 'required', 'Required');

    const resource = objectResource(bucket.name, upload.name);
    authorizeStorage(state, caller, 'storage.objects.create', resource);
    const current = state.objects.get(objectKey(bucket.name, upload.name));
    if (current) authorizeStorage(state, caller, 'storage.objects.delete', resource);
    checkPreconditions(query, current);
    return toObject(writeObject(state, bucket, upload), `http://${headers.host}`);
  },
};

function uploadOf({ query, headers, rawBody }: Call): {
  name: string;
  contentType: string;
  metadata?: Record<string, string>;
  data: Buffer;
} {
  const name = query.get('name') ?? '';
  const type = headers['content-type'] ?? 'application/octet-stream';
  switch (query.get('uploadType')) {
    case 'media':
      return { name, contentType: type, data: rawBody };
    case 'multipart': {
      const { metadata, contentType, data } = multipartOf(type, rawBody);
      return {
        name: metadata.name ?? name,
        contentType: metadata.contentType ?? contentType,
        ...(metadata.metadata && { metadata: metadata.metadata }),
        data,
      };
    }
    default:
      throw new StorageError(
        400,
        'invalid',
        'The local cloud takes the upload types media and multipart.',
      );
  }
}
