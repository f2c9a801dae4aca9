import type { Action, Call } from '../../core/action.ts';
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
import { StorageStatus } from './status.ts';

/** In one request, `uploadType` media or multipart. @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
export const insertObject: Action = {
  api: 'storage',
  method: 'objects.insert',
  verb: 'POST',
  path: '/upload/storage/v1/b/{bucket}/o',
  run(state, call) {
    const { params, query, caller, headers } = call;
    const bucket = existingBucket(state, params.bucket ?? '');
    const upload = uploadOf(call);
    if (upload.name === '') throw new StorageStatus(400, 'required', 'Required');

    const resource = objectResource(bucket.name, upload.name);
    authorizeStorage(state, caller, 'storage.objects.create', resource);
    const current = state.objects.get(objectKey(bucket.name, upload.name));
    if (current) authorizeStorage(state, caller, 'storage.objects.delete', resource);
    checkPreconditions(query, current);
    return toObject(writeObject(state, bucket, upload), `http://${headers.host}`);
  },
};

function uploadOf({ query, headers, raw }: Call): {
  name: string;
  contentType: string;
  metadata?: Record<string, string>;
  data: Buffer;
} {
  const name = query.get('name') ?? '';
  const type = headers['content-type'] ?? 'application/octet-stream';
  switch (query.get('uploadType')) {
    case 'media':
      return { name, contentType: type, data: raw };
    case 'multipart': {
      const { metadata, contentType, data } = multipartOf(type, raw);
      return {
        name: metadata.name ?? name,
        contentType: metadata.contentType ?? contentType,
        ...(metadata.metadata && { metadata: metadata.metadata }),
        data,
      };
    }
    default:
      throw new StorageStatus(
        400,
        'invalid',
        'The local cloud takes the upload types media and multipart.',
      );
  }
}
