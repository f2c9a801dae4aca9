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
import type { Hold } from '../access/holders.ts';
import type { Asset } from '../assets/asset.ts';

/** In the order in which they are told. */
const DEEDS: readonly (readonly [
  does: string,
  is: (permission: string) => boolean,
  /** What several of them are called. */
  several: string,
])[] = [
  ['change the policy of', setsPolicy, 'accounts and secrets'],
  ['create keys of', (p) => p === CREATE_KEY, 'accounts'],
  ['act as', (p) => p === ACT_AS, 'accounts'],
  ['change the role', (p) => UPDATE_ROLE.includes(p), 'roles'],
  ['say whom to trust in', (p) => UPDATE_POOL.includes(p), 'pools'],
  ['take down', (p) => UPDATE_DENY_POLICY.includes(p), 'deny policies'],
  ['put new code into', (p) => UPDATE_SERVICE.includes(p), 'services'],
  ['write', (p) => WRITE_SECRET.includes(p) && !setsPolicy(p), 'secrets'],
  ['read', (p) => p === READ_SECRET, 'secrets'],
];

/** What somebody can do by a hold beside impersonating, in words: `create keys of reader@…`, `read 3 secrets`. */
export function deedsOf({ opens }: Hold): string[] {
  return DEEDS.flatMap(([does, is, several]) => {
    const opened = opens.filter(({ permissions }) => permissions.some(is));
    const [first] = opened;
    if (!first) return [];
    return [`${does} ${opened.length === 1 ? first.asset.name : `${opened.length} ${several}`}`];
  });
}

/** What somebody can do who impersonates: `mint access-token as reader@…`. */
export function impersonationOf(permissions: readonly string[], opened: readonly Asset[]): string {
  const kinds = mintableBy(permissions);
  const act = kinds.length > 0 ? `mint ${kinds.join(', ')} as` : 'delegate through';
  const of = opened.every(({ is }) => is === 'account') ? 'accounts of chains' : 'accounts';
  return `${act} ${opened.length === 1 ? opened[0]?.name : `${opened.length} ${of}`}`;
}
