import type { Principal } from '../core/action.ts';
import { numbered } from '../core/names.ts';
import { Status } from '../core/status.ts';
import type { ServiceAccount, State } from '../state/state.ts';
import { type Attributes, evaluate } from './condition.ts';
import { isDenied } from './deny.ts';
import { ancestryOf } from './hierarchy.ts';
import { includes } from './member.ts';
import { roleGrants } from './roles.ts';
import { policyInForce } from './stored-policy.ts';

/**
 * Whether the principal holds the permission on the resource, by its policy or one it inherits, and no deny policy takes it away.
 *
 * @param resource with project IDs, as in `projects/P/secrets/S`; a version or an object hangs below, as in `projects/P/secrets/S/versions/3`
 */
export function mayDo(
  state: State,
  principal: Principal,
  permission: string,
  resource: string,
): boolean {
  const account = state.accounts.get(principal.uniqueId ?? '');
  if (account?.disabled || account?.deleted) return false;
  const ancestry = ancestryOf(state, resource);
  const attributes = { now: state.now(), resource: attributesOf(state, resource) };
  return (
    ancestry.some((holder) => isGranted(state, principal, permission, holder, attributes)) &&
    !isDenied(state, principal, permission, ancestry, attributes)
  );
}

/** @throws {Status} 403 as Google answers; 401 without a caller. */
export function authorize(
  state: State,
  caller: Principal | undefined,
  permission: string,
  resource: string,
): void {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  if (!mayDo(state, caller, permission, resource)) throw permissionDenied(state, permission);
}

/** A service account as one that acts. Each is what a delegate of a chain is to the next. */
export const principalOf = (
  account: ServiceAccount,
  scopes: readonly string[] = [],
): Principal => ({
  member: `serviceAccount:${account.email}`,
  email: account.email,
  uniqueId: account.uniqueId,
  scopes,
});

/** Google's refusal in its wording of 2026. It names the permission and never the resource. */
export function permissionDenied(state: State, permission: string): Status {
  const id = Buffer.from(Array.from({ length: 24 }, () => Math.floor(state.random() * 256)));
  const url = `https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=${id.toString('base64url')}`;
  return new Status(
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource (or it may not exist). Remediate access with this Troubleshooter URL or share it with your administrator - ${url} .`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        domain: 'iam.googleapis.com',
        metadata: {
          permission,
          error_info_id: id.toString('base64url'),
          troubleshooter_url: url,
        },
      },
    ],
  );
}

/**
 * @param reason of Google's error_reason.proto
 * @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
 */
export function unauthenticated(
  reason:
    | 'CREDENTIALS_MISSING'
    | 'ACCESS_TOKEN_TYPE_UNSUPPORTED'
    | 'ACCESS_TOKEN_EXPIRED'
    | 'ACCOUNT_STATE_INVALID',
): Status {
  const expected =
    'Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
  return new Status(
    'UNAUTHENTICATED',
    reason === 'CREDENTIALS_MISSING'
      ? `Request is missing required authentication credential. ${expected}`
      : `Request had invalid authentication credentials. ${expected}`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason,
        domain: 'googleapis.com',
      },
    ],
  );
}

function isGranted(
  state: State,
  principal: Principal,
  permission: string,
  holder: string,
  attributes: Attributes,
): boolean {
  return (policyInForce(state, holder)?.bindings ?? []).some(
    ({ role, members, condition }) =>
      roleGrants(state, role, permission) &&
      members.some((member) => includes(state, member, principal)) &&
      (condition === undefined || evaluate(condition.expression, attributes) === true),
  );
}

const TYPES: Readonly<Record<string, readonly [service: string, type: string]>> = {
  projects: ['cloudresourcemanager.googleapis.com', 'Project'],
  folders: ['cloudresourcemanager.googleapis.com', 'Folder'],
  organizations: ['cloudresourcemanager.googleapis.com', 'Organization'],
  serviceAccounts: ['iam.googleapis.com', 'ServiceAccount'],
  secrets: ['secretmanager.googleapis.com', 'Secret'],
  versions: ['secretmanager.googleapis.com', 'SecretVersion'],
  topics: ['pubsub.googleapis.com', 'Topic'],
  subscriptions: ['pubsub.googleapis.com', 'Subscription'],
  buckets: ['storage.googleapis.com', 'Bucket'],
  objects: ['storage.googleapis.com', 'Object'],
};

/** @see https://cloud.google.com/iam/docs/conditions-resource-attributes */
function attributesOf(state: State, resource: string): Attributes['resource'] {
  const parts = resource.split('/');
  const collection = parts[0] === 'buckets' ? parts[parts.length > 2 ? 2 : 0] : parts.at(-2);
  const [service = '', type = ''] = TYPES[collection ?? ''] ?? [];
  return { name: conditionName(state, resource, service), type: `${service}/${type}`, service };
}

function conditionName(state: State, resource: string, service: string): string {
  if (service === 'secretmanager.googleapis.com') return numbered(state, resource);
  if (service === 'storage.googleapis.com') return `projects/_/${resource}`;
  return resource;
}
