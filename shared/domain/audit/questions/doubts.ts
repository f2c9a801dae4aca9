import { everHolds, withRefusal } from '../../iam/condition/condition.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Path } from '../access/paths.ts';
import type { Way } from '../access/ways.ts';

/** Why it is not certain that a path works: one clause for each reason. */
export function doubtsOf({ ways }: Pick<Path, 'ways'>, snapshot: Snapshot, now: Date): string[] {
  const doubts = ways.flatMap((way) => doubtsAbout(way, snapshot, now));
  return doubts.length > 0
    ? [...new Set(doubts)]
    : ['it is not certain that the rest of the chain works'];
}

function doubtsAbout(
  { holder, asset, permission, isPerhapsDenied, isUndecided, lacksRoute }: Way,
  snapshot: Snapshot,
  now: Date,
): string[] {
  const { binding, principal, member, disabled } = holder;
  const { role, condition, entitlement } = binding;
  const isDecided = (holder.onceGranted ?? holder.certain) === 'yes' && !isUndecided;
  return [
    ...(disabled === undefined ? [] : [`${disabled} is disabled`]),
    ...(asset.account?.disabled ? [`${asset.account.email} is disabled`] : []),
    ...(snapshot.roles.has(role) ? [] : [`the role ${role} was not read`]),
    ...(condition && !isDecided && everHolds(condition, now) === 'unknown'
      ? [withRefusal('whether a condition holds is unknown', condition)]
      : []),
    ...(entitlement ? [`${role} must first be requested from ${entitlement.name}`] : []),
    ...(!entitlement &&
    holder.certain !== 'yes' &&
    snapshot.roles.has(role) &&
    everHolds(condition, now) === 'yes'
      ? [`IAM does not show which members ${member} includes`]
      : []),
    ...(lacksRoute
      ? [`whether ${member} can start something that runs as the account is unknown`]
      : []),
    ...(isPerhapsDenied ? [`a deny rule may take away ${permission}`] : []),
    ...(asset.isEnoughFor?.(principal, permission) === false
      ? [`${permission} on ${asset.name} alone gives no access`]
      : []),
  ];
}
