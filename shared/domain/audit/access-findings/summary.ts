import {
  ACT_AS,
  BIND_TAG,
  CREATE_KEY,
  ENABLE_ACCOUNT,
  MOVE_FOLDER,
  MOVE_PROJECT,
  READ_SECRET,
  REPLACE_OBJECT,
  RESTORE_ACCOUNT,
  RESTORE_ROLE,
  SET_BUCKET_POLICY,
  setsPolicy,
  UPDATE_DENY_POLICY,
  UPDATE_ENTITLEMENT,
  UPDATE_POOL,
  UPDATE_ROLE,
  UPDATE_SERVICE,
  UPDATE_WORKFORCE_POOL,
  WRITE_FILE,
  WRITE_SECRET,
} from '../../iam/permissions.ts';
import type { ActiveGrant } from '../../iam/policy.ts';
import { mintableBy } from '../../iam/role.ts';
import { HMAC_KEY, ROUTES } from '../../iam/runs-as/routes.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { type Holder, isImpersonation, permissionsOf } from '../access/holders.ts';
import type { FindingKind } from '../finding/finding.ts';
import { noAgentText, requestText } from './latent.ts';

/** What the members of a finding open together. */
export type Summarized = Pick<Holder, 'principal' | 'opens' | 'binding'> & {
  readonly members: readonly string[];
  readonly possible: boolean;
  readonly disabled?: string | undefined;
  /** Nothing of it has an effect while the account is disabled. */
  readonly isIdle: boolean;
  /** What is certain for some members is only possible for others. */
  readonly isMixed: boolean;
  /** The requests that made the binding. */
  readonly grants: readonly Pick<ActiveGrant, 'requester' | 'approvedBy'>[];
};

/** The most members that a sentence names. */
const NAMED_AT_MOST = 3;

/** `user:a@…, user:b@…, user:c@… and 297 more` */
export function membersText(members: readonly string[]): string {
  const more = members.length - NAMED_AT_MOST;
  const named = members.slice(0, NAMED_AT_MOST).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** The sentence of an access finding: `user:eve@… can create keys of reader@…, read 3 secrets`. */
export function summaryOf(
  kind: FindingKind,
  holder: Summarized,
  path: readonly string[],
  snapshot: Snapshot,
): string {
  const { principal, disabled, binding } = holder;
  const { entitlement, role } = binding;
  const members = membersText(holder.members);
  const everyone = principal.is === 'public' ? 'everyone' : 'everyone with a Google account';
  const who = kind === 'public' ? `${everyone} (${members})` : members;
  const actions = [...impersonationsOf(holder), ...actionsOf(holder)].join(', ') + waysText(holder);
  const further = path.length > 2 ? `, and so reach ${path.at(-1)}` : '';
  const idle = disabled === undefined ? '' : `; ${idleText(disabled, holder.isIdle)}`;
  const can = entitlement ? requestText(entitlement, role, snapshot) : certaintyText(holder);
  const today = entitlement ? noAgentText(entitlement, snapshot) : grantText(holder.grants);
  return `${who} ${can} ${actions}${further}${REMARKS[kind] ?? ''}${idle}${today}`;
}

const REMARKS: Partial<Readonly<Record<FindingKind, string>>> = {
  shortcut: ', without the accounts between them',
  overgrant: ': more than its hop needs',
  'unexpected-impersonator': ', and no hop needs it',
};

/** `; Privileged Access Manager gave it: ada@acme.com asked, and lead@acme.com approved` */
function grantText(grants: Summarized['grants']): string {
  const [first] = grants;
  if (!first) return '';
  const by =
    first.approvedBy.length === 0
      ? 'and nobody had to approve'
      : `and ${membersText(first.approvedBy)} approved`;
  const more = grants.length > 1 ? `; ${grants.length - 1} more requests` : '';
  return `; Privileged Access Manager gave it: ${first.requester} asked, ${by}${more}`;
}

export const idleText = (disabled: string, isIdle: boolean): string =>
  isIdle
    ? `nothing today, because ${disabled} is disabled: somebody who enables it gives this access`
    : `some of it has no effect while ${disabled} is disabled`;

function certaintyText({ possible, isIdle, isMixed }: Summarized): string {
  if (isMixed) return 'can, or may be able to,';
  if (possible) return 'may be able to';
  return isIdle ? 'could' : 'can';
}

/** `mint access-token as reader@…`, `delegate through 2 accounts of chains`; empty if the holder does not impersonate. */
function impersonationsOf({ opens }: Pick<Holder, 'opens'>): string[] {
  const impersonated = opens.filter(({ permissions }) => permissions.some(isImpersonation));
  const [first] = impersonated;
  if (!first) return [];
  const kinds = mintableBy(permissionsOf({ opens: impersonated }).filter(isImpersonation));
  const action = kinds.length > 0 ? `mint ${kinds.join(', ')} as` : 'delegate through';
  const ofChains = impersonated.every(({ asset }) => asset.is === 'account');
  const several = `${impersonated.length} ${ofChains ? 'accounts of chains' : 'accounts'}`;
  return [`${action} ${impersonated.length === 1 ? first.asset.name : several}`];
}

/** The first permissions of the routes that need no `actAs`. */
const RUNS_CODE: ReadonlySet<string> = new Set(
  ROUTES.filter((route) => !route.actAs && route !== HMAC_KEY).flatMap(({ permissions }) =>
    permissions.slice(0, 1),
  ),
);

/** ` (by a new Cloud Run service, a new build and 3 other ways)`; empty if no route is needed. */
function waysText({ opens }: Pick<Holder, 'opens'>): string {
  const routes = opens.flatMap((opened) => opened.routes ?? []);
  const ways = [...new Set(routes.map(({ route }) => route.by))];
  if (ways.length === 0) return '';
  const more = ways.length - NAMED_AT_MOST;
  const named = ways.slice(0, NAMED_AT_MOST).join(', ');
  return ` (by ${named}${more > 0 ? ` and ${more} other ${more === 1 ? 'way' : 'ways'}` : ''})`;
}

/** In the order in which a sentence lists them. */
const ACTIONS: readonly (readonly [
  action: string,
  isAllowedBy: (permission: string, all: readonly string[]) => boolean,
  /** The noun for several assets. */
  several: string,
])[] = [
  ['change the policy of', setsPolicy, 'resources'],
  ['create keys of', (p) => p === CREATE_KEY, 'accounts'],
  ['act as', (p) => p === ACT_AS, 'accounts'],
  ['run code with', (p) => RUNS_CODE.has(p), 'kinds of workloads'],
  ['make', (p) => p === HMAC_KEY.permissions[0], 'kinds of HMAC keys'],
  ['change the role', (p) => UPDATE_ROLE.includes(p), 'roles'],
  ['restore the role', (p) => RESTORE_ROLE.includes(p), 'roles'],
  ['enable', (p) => p === ENABLE_ACCOUNT, 'disabled accounts'],
  ['restore the account', (p) => RESTORE_ACCOUNT.includes(p), 'accounts'],
  [
    'change the identity providers of',
    (p) => UPDATE_POOL.includes(p) || UPDATE_WORKFORCE_POOL.includes(p),
    'pools',
  ],
  ['move', (p) => MOVE_PROJECT.includes(p) || MOVE_FOLDER.includes(p), 'projects and folders'],
  ['change', (p) => BIND_TAG.includes(p), 'sets of tags'],
  ['change', (p) => UPDATE_DENY_POLICY.includes(p), 'deny policies'],
  ['change', (p) => UPDATE_ENTITLEMENT.includes(p), 'lists of entitlements'],
  ['deploy new code to', (p) => UPDATE_SERVICE.includes(p), 'services'],
  ['change the policy of the bucket of', (p) => p === SET_BUCKET_POLICY, 'files'],
  ['write', (p) => p === REPLACE_OBJECT, 'files'],
  [
    'change, but not replace,',
    (p, all) => WRITE_FILE.includes(p) && p !== SET_BUCKET_POLICY && !all.includes(REPLACE_OBJECT),
    'files',
  ],
  ['write', (p) => WRITE_SECRET.includes(p) && !setsPolicy(p), 'secrets'],
  ['read', (p) => p === READ_SECRET, 'secrets'],
];

/** Everything else that the holder can do: `create keys of reader@…`, `read 3 secrets`. */
function actionsOf({ opens }: Pick<Holder, 'opens'>): string[] {
  return ACTIONS.flatMap(([action, isAllowedBy, several]) => {
    const opening = opens.filter(({ permissions }) =>
      permissions.some((p) => isAllowedBy(p, permissions)),
    );
    // A lever that affects several accounts may be several assets.
    const opened = [...new Map(opening.map((one) => [one.asset.name, one])).values()];
    const [first] = opened;
    if (!first) return [];
    if (opened.length === 1) return [`${action} ${first.asset.name}`];
    return [`${action.replace(/ the \w+$/, '')} ${opened.length} ${several}`];
  });
}
