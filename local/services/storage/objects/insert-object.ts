import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';
import type { Call } from '../../../core/call.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { existingBucket } from '../buckets/bucket-resource.ts';
import { StorageError } from '../storage-error.ts';
import { checkPreconditions } from './find-object.ts';
import { parseMultipart } from './multipart-upload.ts';
import { objectKey, objectResource, toObject } from './object-resource.ts';
import { type Upload, writeObject } from './write-object.ts';

/** Uploads of one request only: `uploadType` media or multipart. @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
export const insertObject: ApiMethod = {
  api: 'storage',
  name: 'objects.insert',
  httpMethod: 'POST',
  path: '/upload/storage/v1/b/{bucket}/o',
  audit: DATA_ACCESS,
  run(state, call) {
    const { params, query, caller, headers } = call;
    const bucket = existingBucket(state, params.bucket ?? '');
    const upload = parseUpload(call);
    if (upload.name === '') throw new StorageError(400, 'required', 'Required');

    const resource = objectResource(bucket.name, upload.name);
    authorizeStorage(state, caller, 'storage.objects.create', resource);
    const current = state.objects.get(objectKey(bucket.name, upload.name));
    if (current) authorizeStorage(state, caller, 'storage.objects.delete', resource);
    checkPreconditions(query, current);
    return toObject(writeObject(state, bucket, upload), `http://${headers.host}`);
  },
};

function parseUpload({ query, headers, rawBody }: Call): Upload {
  const name = query.get('name') ?? '';
  const type = headers['content-type'] ?? 'application/octet-stream';
  switch (query.get('uploadType')) {
    case 'media':
      return { name, contentType: type, data: rawBody };
    case 'multipart': {
      const { resource, contentType, data } = parseMultipart(type, rawBody);
      return {
        name: resource.name ?? name,
        contentType: resource.contentType ?? contentType,
        ...(resource.metadata && { metadata: resource.metadata }),
        data,
      };
    }
    default:
      throw new StorageError(
        400,
        'invalid',
        'The local cloud supports the upload types media and multipart only.',
      );
  }
}
