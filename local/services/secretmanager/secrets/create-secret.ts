import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import type { Principal } from '../../../core/principal.ts';
import { withProjectNumber } from '../../../core/projects.ts';
import type { Secret } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';
import { secretAudit } from '../audit.ts';
import { nextEtag } from '../etag.ts';
import { parentName, recordPast, secretName } from '../secret-store.ts';
import { expireTimeOf, parseSecret, type SecretBody, toSecret } from './secret-resource.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
export const createSecret: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.create',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets',
  audit: secretAudit('CreateSecret'),
  run(state, { params, query, body, caller }) {
    const secretId = query.get('secretId') ?? query.get('secret_id') ?? '';
    if (!/^[\w-]{1,255}$/.test(secretId))
      throw new ApiError('INVALID_ARGUMENT', `The secret ID [${secretId}] is not valid.`);
    const requested = parseSecret(body);
    checkReplication(requested, params.location !== undefined);
    if (Object.keys(requested.versionAliases ?? {}).length > 0)
      throw new ApiError(
        'INVALID_ARGUMENT',
        'A secret without versions cannot have version aliases.',
      );

    authorize(state, caller, 'secretmanager.secrets.create', parentName(state, params));
    const name = secretName(state, { ...params, secret: secretId });
    recordPast(state, name);
    if (state.secrets.has(name))
      throw new ApiError(
        'ALREADY_EXISTS',
        `Secret [${withProjectNumber(state, name)}] already exists.`,
      );

    bindTags(state, caller, name, requested.tags ?? {});
    const now = state.now();
    const expireTime = expireTimeOf(requested, now);
    const secret: Secret = {
      name,
      createTime: now.toISOString(),
      etag: nextEtag(state),
      labels: requested.labels ?? {},
      annotations: requested.annotations ?? {},
      versionAliases: {},
      ...(requested.replication && { replication: requested.replication }),
      ...(requested.customerManagedEncryption && {
        customerManagedEncryption: requested.customerManagedEncryption,
      }),
      ...(requested.topics && { topics: requested.topics }),
      ...(requested.versionDestroyTtl && { versionDestroyTtl: requested.versionDestroyTtl }),
      ...(expireTime && { expireTime }),
      versions: [],
    };
    state.secrets.set(name, secret);
    return toSecret(state, secret);
  },
};

/** A regional secret is in one location, so it has no replication. Its key is a field of its own. */
function checkReplication(requested: SecretBody, isRegional: boolean): void {
  const { replication, customerManagedEncryption } = requested;
  if (!isRegional && !replication) {
    throw new ApiError('INVALID_ARGUMENT', 'The replication of the secret is missing.');
  }
  if (!isRegional && customerManagedEncryption) {
    throw new ApiError('INVALID_ARGUMENT', 'The key of a global secret is in its replication.');
  }
  if (isRegional && replication) {
    throw new ApiError('INVALID_ARGUMENT', 'A regional secret cannot have a replication.');
  }
}

/**
 * Binds the tags of a new secret. The caller needs the permission on each value.
 *
 * @param tags the value for each key, as `tagKeys/1: tagValues/2`
 * @see https://cloud.google.com/secret-manager/docs/tags
 */
function bindTags(
  state: State,
  caller: Principal | undefined,
  secret: string,
  tags: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(tags)) {
    if (state.tagValues.get(value)?.parent !== key) {
      throw new ApiError('INVALID_ARGUMENT', `The tag ${key}: ${value} does not exist.`);
    }
    authorize(state, caller, 'resourcemanager.tagValueBindings.create', value);
  }
  if (Object.keys(tags).length > 0) state.tagBindings.set(secret, new Set(Object.values(tags)));
}
