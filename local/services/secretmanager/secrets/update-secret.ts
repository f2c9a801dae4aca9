import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask } from '../../../core/proto-json.ts';
import type { Secret } from '../../../state/secret.ts';
import { secretAudit } from '../audit.ts';
import { checkEtag, nextEtag } from '../etag.ts';
import { currentSecret, secretName, secretToChange } from '../secret-store.ts';
import { versionToChange } from '../versions/find-version.ts';
import { expireTimeOf, parseSecret, type SecretBody, toSecret } from './secret-resource.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
export const updateSecret: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/secrets/{secret}',
  audit: secretAudit('UpdateSecret'),
  run(state, { params, query, body, caller }) {
    const name = secretName(state, params);
    const requested = parseSecret(body);
    const mask = fieldMask(query.get('updateMask') ?? query.get('update_mask'));
    if (mask.length === 0) throw new ApiError('INVALID_ARGUMENT', 'The update mask is missing.');
    authorize(state, caller, 'secretmanager.secrets.update', name);

    const before = currentSecret(state, name);
    checkEtag(requested.etag, before.etag);
    for (const number of Object.values(requested.versionAliases ?? {}))
      versionToChange(state, before, String(number));
    const changes = mask.map((field) => changeOf(field, requested, state.now()));

    const secret = secretToChange(state, name);
    for (const change of changes) change(secret);
    secret.etag = nextEtag(state, secret.etag);
    return toSecret(state, secret);
  },
};

/** A field that is in the mask and not in the body is cleared. */
function changeOf(field: string, requested: SecretBody, now: Date): (secret: Secret) => void {
  switch (field) {
    case 'labels':
    case 'annotations':
    case 'versionAliases':
      return (secret) => Object.assign(secret, { [field]: requested[field] ?? {} });
    case 'topics':
    case 'versionDestroyTtl':
      return (secret) => setOrClear(secret, field, requested[field]);
    case 'expireTime':
    case 'ttl': {
      const expireTime = expireTimeOf(requested, now);
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
