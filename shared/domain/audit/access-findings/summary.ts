import {
  ACT_AS,
  CREATE_KEY,
  READ_SECRET,
  setsPolicy,
  UPDATE_DENY_POLICY,
  UPDATE_POOL,
  UPDATE_ROLE,
  UPDATE_SERVICE,
  WRITE_SECRET,
} from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import { type Holder, isImpersonation, permissionsOf } from '../access/holders.ts';
import type { FindingKind } from '../finding/finding.ts';

/** The sentence of an access finding: `user:eve@… can create keys of reader@…, read 3 secrets`. */
export function summaryOf(kind: FindingKind, holder: Holder, path: readonly string[]): string {
  const { member, principal, certain } = holder;
  const can = `${member} ${certain === 'yes' ? 'can' : 'may be able to'}`;
  const actions = [...impersonationsOf(holder), ...actionsOf(holder)].join(', ');
  const further = path.length > 2 ? `, and so reach ${path.at(-1)}` : '';
  switch (kind) {
    case 'public': {
      const everyone = principal.is === 'public' ? 'everyone' : 'everyone with a Google account';
      return `${everyone} (${member}) can ${actions}${further}`;
    }
    case 'shortcut':
      return `${can} ${actions}, without the accounts between them`;
    case 'overgrant':
      return `${can} ${actions}: more than its hop needs`;
    case 'unexpected-impersonator':
      return `${can} ${actions}${further}, and no hop needs it`;
    default:
      return `${can} ${actions}${further}`;
  }
}

/** `mint access-token as reader@…`, `delegate through 2 accounts of chains`; empty if the holder does not impersonate. */
function impersonationsOf({ opens }: Holder): string[] {
  const impersonated = opens.filter(({ permissions }) => permissions.some(isImpersonation));
  const [first] = impersonated;
  if (!first) return [];
  const kinds = mintableBy(permissionsOf({ opens: impersonated }).filter(isImpersonation));
  const action = kinds.length > 0 ? `mint ${kinds.join(', ')} as` : 'delegate through';
  const ofChains = impersonated.every(({ asset }) => asset.is === 'account');
  const several = `${impersonated.length} ${ofChains ? 'accounts of chains' : 'accounts'}`;
  return [`${action} ${impersonated.length === 1 ? first.asset.name : several}`];
}

/** In the order in which a sentence lists them. */
const ACTIONS: readonly (readonly [
  action: string,
  isAllowedBy: (permission: string) => boolean,
  /** The noun for several assets. */
  several: string,
])[] = [
  ['change the policy of', setsPolicy, 'accounts and secrets'],
  ['create keys of', (p) => p === CREATE_KEY, 'accounts'],
  ['act as', (p) => p === ACT_AS, 'accounts'],
  ['change the role', (p) => UPDATE_ROLE.includes(p), 'roles'],
  ['change the identity providers of', (p) => UPDATE_POOL.includes(p), 'pools'],
  ['change', (p) => UPDATE_DENY_POLICY.includes(p), 'deny policies'],
  ['deploy new code to', (p) => UPDATE_SERVICE.includes(p), 'services'],
  ['write', (p) => WRITE_SECRET.includes(p) && !setsPolicy(p), 'secrets'],
  ['read', (p) => p === READ_SECRET, 'secrets'],
];

/** Everything else that the holder can do: `create keys of reader@…`, `read 3 secrets`. */
function actionsOf({ opens }: Holder): string[] {
  return ACTIONS.flatMap(([action, isAllowedBy, several]) => {
    const opened = opens.filter(({ permissions }) => permissions.some(isAllowedBy));
    const [first] = opened;
    if (!first) return [];
    return [`${action} ${opened.length === 1 ? first.asset.name : `${opened.length} ${several}`}`];
  });
}
