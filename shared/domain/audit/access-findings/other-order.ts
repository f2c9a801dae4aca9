import type { Steps } from '../../basics/steps.ts';
import type { Hop } from '../../chain/hop.ts';
import { memberOf, type Snapshot } from '../../iam/snapshot.ts';
import { type Holder, isImpersonation } from '../access/holders.ts';
import { isSame, liveAccount } from '../finding/expected-access.ts';

/**
 * The holders without the grants of these hops. They are granted because the delegates of a chain are in the wrong order, which is a finding
 * of its own. A command that removes one of these grants would contradict it.
 */
export function* withoutHops(
  holders: readonly Holder[],
  hops: readonly Hop[],
  snapshot: Snapshot,
): Steps<readonly Holder[]> {
  if (hops.length === 0) return holders;
  const granted = hops.map(({ from, to }) => ({
    from: memberOf(snapshot, from),
    to: liveAccount(snapshot, to)?.uniqueId,
  }));
  const left: Holder[] = [];
  for (const holder of holders) {
    yield;
    const into = granted.filter(({ from }) => isSame(from, holder.principal)).map(({ to }) => to);
    const opens = into.length === 0 ? holder.opens : withoutAccounts(holder.opens, into);
    if (opens.length > 0) left.push({ ...holder, opens });
  }
  return left;
}

const withoutAccounts = (
  opens: Holder['opens'],
  ids: readonly (string | undefined)[],
): Holder['opens'] =>
  opens.flatMap((opened) => {
    if (!ids.includes(opened.asset.account?.uniqueId)) return [opened];
    const permissions = opened.permissions.filter((permission) => !isImpersonation(permission));
    return permissions.length > 0 ? [{ ...opened, permissions }] : [];
  });
