import { crc32c } from '@aws-crypto/crc32c';
import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { bytes, int64, message, parseMessage } from '../../../core/proto-json.ts';
import type { SecretVersion } from '../../../state/secret.ts';
import { secretAudit } from '../audit.ts';
import { nextEtag } from '../etag.ts';
import { secretName, secretToChange } from '../secret-store.ts';
import { toVersion } from './version-resource.ts';

const MAX_BYTES = 64 * 1024;

const Body = message({
  parent: z.unknown().optional(),
  payload: message({ data: bytes.optional(), dataCrc32c: int64.optional() }).optional(),
});

/** The secret keeps its etag. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/addVersion */
export const addSecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.addVersion',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}:addVersion',
  audit: secretAudit('AddSecretVersion'),
  run(state, { params, body, caller }) {
    const name = secretName(state, params);
    const { payload } = parseMessage(Body, body);
    const data = payload?.data ?? Buffer.alloc(0);
    authorize(state, caller, 'secretmanager.versions.add', name);
    if (data.length === 0)
      throw new ApiError('INVALID_ARGUMENT', 'The payload of a secret version must not be empty.');
    if (data.length > MAX_BYTES)
      throw new ApiError(
        'INVALID_ARGUMENT',
        `The payload of a secret version can have at most ${MAX_BYTES} bytes; this one has ${data.length}.`,
      );
    const checksum = payload?.dataCrc32c;
    if (checksum !== undefined && checksum !== crc32c(data))
      throw new ApiError(
        'INVALID_ARGUMENT',
        `The CRC32C checksum of the payload is ${crc32c(data)}, but the request says ${checksum}.`,
      );

    const secret = secretToChange(state, name);
    const version: SecretVersion = {
      number: (secret.versions.at(-1)?.number ?? 0) + 1,
      createTime: state.now().toISOString(),
      state: 'ENABLED',
      etag: nextEtag(state),
      data: data.toString('base64'),
      clientSpecifiedPayloadChecksum: checksum !== undefined,
    };
    secret.versions.push(version);
    return toVersion(state, secret, version);
  },
};
