import type { Hop } from '../../chain/hop.ts';
import { memberOf, type Snapshot } from '../../iam/snapshot.ts';
import { type Holder, isImpersonation } from '../access/holders.ts';
import { isSame, liveAccount } from '../finding/expected-access.ts';

/**
 * The holders without the grants of these hops. They are granted because the delegates of a chain are in the wrong order, which is a finding
 * of its own. A command that removes one of these grants would contradict it.
 */
export function withoutHops(
  holders: readonly Holder[],
  hops: readonly Hop[],
  snapshot: Snapshot,
): readonly Holder[] {
  if (hops.length === 0) return holders;
  return holders.flatMap((holder) => {
    const into = hops
      .filter(({ from }) => isSame(memberOf(snapshot, from), holder.principal))
      .map(({ to }) => liveAccount(snapshot, to)?.uniqueId);
    if (into.length === 0) return [holder];
    const opens = holder.opens.flatMap((opened) => {
      if (!into.includes(opened.asset.account?.uniqueId)) return [opened];
      const permissions = opened.permissions.filter((permission) => !isImpersonation(permission));
      return permissions.length > 0 ? [{ ...opened, permissions }] : [];
    });
    return opens.length > 0 ? [{ ...holder, opens }] : [];
  });
}
