import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import type { Principal } from '../core/principal.ts';
import { CLOUD_PLATFORM } from '../identity/access-tokens.ts';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

/** What an API takes beside cloud-platform. */
const NARROWER: Readonly<Record<string, readonly string[]>> = {
  iam: [scope('iam')],
  iamcredentials: [scope('iam')],
  pubsub: [scope('pubsub')],
  storage: [scope('devstorage.full_control'), scope('devstorage.read_write')],
  cloudresourcemanager: [scope('cloudplatformprojects')],
};
const TO_READ: Readonly<Record<string, readonly string[]>> = {
  storage: [scope('devstorage.read_only')],
  cloudresourcemanager: [
    scope('cloud-platform.read-only'),
    scope('cloudplatformprojects.readonly'),
  ],
};

/** @throws {ApiError} 403 as Google answers a token whose scopes do not reach the API */
export function checkScopes(
  { api, name: method, httpMethod: verb }: ApiMethod,
  { scopes }: Principal,
): void {
  const accepted = [
    CLOUD_PLATFORM,
    ...(NARROWER[api] ?? []),
    ...(verb === 'GET' ? (TO_READ[api] ?? []) : []),
  ];
  if (scopes.some((held) => accepted.includes(held))) return;
  throw new ApiError('PERMISSION_DENIED', 'Request had insufficient authentication scopes.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      domain: 'googleapis.com',
      metadata: { service: `${api}.googleapis.com`, method },
    },
  ]);
}
