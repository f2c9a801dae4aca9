import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import type { Principal } from '../core/principal.ts';
import { CLOUD_PLATFORM } from '../identity/access-tokens.ts';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

/** The scopes that an API accepts in addition to cloud-platform. */
const API_SCOPES: Readonly<Record<string, readonly string[]>> = {
  iam: [scope('iam')],
  iamcredentials: [scope('iam')],
  pubsub: [scope('pubsub')],
  storage: [scope('devstorage.full_control'), scope('devstorage.read_write')],
  cloudresourcemanager: [scope('cloudplatformprojects')],
  cloudidentity: [scope('cloud-identity'), scope('cloud-identity.groups')],
};

/** The scopes that an API accepts for GET only. */
const READ_SCOPES: Readonly<Record<string, readonly string[]>> = {
  storage: [scope('devstorage.read_only')],
  cloudidentity: [scope('cloud-identity.groups.readonly')],
  cloudresourcemanager: [
    scope('cloud-platform.read-only'),
    scope('cloudplatformprojects.readonly'),
  ],
};

/** @throws {ApiError} 403 as Google sends it, when no scope of the token covers the API */
export function checkScopes({ api, name, httpMethod }: ApiMethod, { scopes }: Principal): void {
  const accepted = [
    CLOUD_PLATFORM,
    ...(API_SCOPES[api] ?? []),
    ...(httpMethod === 'GET' ? (READ_SCOPES[api] ?? []) : []),
  ];
  if (scopes.some((granted) => accepted.includes(granted))) return;
  throw new ApiError('PERMISSION_DENIED', 'Request had insufficient authentication scopes.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      domain: 'googleapis.com',
      metadata: { service: `${api}.googleapis.com`, method: name },
    },
  ]);
}
