import type { Action, Principal } from '../core/action.ts';
import { Status } from '../core/status.ts';
import { CLOUD_PLATFORM } from '../identity/tokens.ts';

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

/** @throws {Status} 403 as Google answers a token whose scopes do not reach the API */
export function checkScopes({ api, method, verb }: Action, { scopes }: Principal): void {
  const accepted = [
    CLOUD_PLATFORM,
    ...(NARROWER[api] ?? []),
    ...(verb === 'GET' ? (TO_READ[api] ?? []) : []),
  ];
  if (scopes.some((held) => accepted.includes(held))) return;
  throw new Status('PERMISSION_DENIED', 'Request had insufficient authentication scopes.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      domain: 'googleapis.com',
      metadata: { service: `${api}.googleapis.com`, method },
    },
  ]);
}
