import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask } from '../../../core/proto-json.ts';
import type { Secret } from '../../../state/secret.ts';

import {
  checkEtag,
  nextEtag,
  readNow,
  secretName,
  toChange,
  versionToChange,
} from '../secret-store.ts';
import { expiryOf, parseSecret, type SecretBody, toSecret } from './secret-resource.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
export const updateSecret: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/secrets/{secret}',
  run(state, { params, query, body, caller }) {
    const name = secretName(state, params);
    const asked = parseSecret(body);
    const mask = fieldMask(query.get('updateMask') ?? query.get('update_mask'));
    if (mask.length === 0) throw new ApiError('INVALID_ARGUMENT', 'The update mask must be given.');
    authorize(state, caller, 'secretmanager.secrets.update', name);

    const before = readNow(state, name);
    checkEtag(asked.etag, before.etag);
    for (const number of Object.values(asked.versionAliases ?? {}))
      versionToChange(state, before, String(number));
    const changes = mask.map((field) => changeOf(field, asked, state.now()));

    const secret = toChange(state, name);
    for (const change of changes) change(secret);
    secret.etag = nextEtag(state, secret.etag);
    return toSecret(state, secret);
  },
};

/** A field in the mask that the body leaves out is cleared. */
function changeOf(field: string, asked: SecretBody, now: Date): (secret: Secret) => void {
  switch (field) {
    case 'labels':
    case 'annotations':
    case 'versionAliases':
      return (secret) => Object.assign(secret, { [field]: asked[field] ?? {} });
    case 'topics':
    case 'versionDestroyTtl':
      return (secret) => setOrClear(secret, field, asked[field]);
    case 'expireTime':
    case 'ttl': {
      const expireTime = expiryOf(asked, now);
      return (secret) => setOrClear(secret, 'expireTime', expireTime);
    }
    case 'etag':
      return () => {};
    default:
      throw new ApiError(
        'INVALID_ARGUMENT',
        `The field [${field}] of the update mask is unknown or cannot be changed.`,
      );
  }
}

function setOrClear(secret: Secret, field: keyof Secret, value: unknown): void {
  if (value === undefined) delete secret[field];
  else Object.assign(secret, { [field]: value });
}
