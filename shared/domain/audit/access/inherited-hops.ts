import type { Steps } from '../../basics/steps.ts';
import { parseMember } from '../../iam/member.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import { memberOf, type ServiceAccount, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { denialsIn, type Holder, leftBy } from './holders.ts';
import type { HopBindings } from './hop-bindings.ts';

/**
 * Adds the holders whose hop is granted above its account. Such a grant is expected for the hop's account, so `holdersOf` leaves that
 * account out; but the same binding also opens other accounts. The result has one holder with all of them.
 */
export function* withInheritedHops(
  holders: readonly Holder[],
  assets: readonly Asset[],
  { inheritedHops }: HopBindings,
  snapshot: Snapshot,
): Steps<Holder[]> {
  const byAccount = new Map(assets.map((asset) => [asset.account?.uniqueId, asset]));
  const rest = new Set(holders);
  const denialsOf = denialsIn(snapshot);
  const byBinding = Map.groupBy(holders, ({ binding }) => binding);
  const inherited: Holder[] = [];
  for (const [binding, members] of inheritedHops) {
    const granted = snapshot.roles.get(binding.role)?.permissions;
    const permissions = IMPERSONATION_PERMISSIONS.filter((p) => granted?.has(p));
    for (const [member, hops] of members) {
      yield;
      const known = byBinding.get(binding)?.find((holder) => holder.member === member);
      if (known) rest.delete(known);
      const [first] = hops;
      const from = first?.evaluation.from;
      const disabled = from && from !== 'missing' && from.disabled ? from.email : undefined;
      const isDenied = denialsOf(first ? memberOf(snapshot, first.hop.from) : parseMember(member));
      const accounts = hops.map(({ evaluation }) => evaluation.to).filter(isLive);
      const hopAccounts = new Map(
        accounts.flatMap(({ uniqueId }) => {
          const asset = byAccount.get(uniqueId);
          // A deny policy may take away what the binding grants.
          const opened = asset && leftBy(isDenied, asset, permissions);
          return opened ? [[uniqueId, opened] as const] : [];
        }),
      );
      const checked = first?.evaluation.checkedBindings.find((one) => one.binding === binding);
      const opens = [...hopAccounts.values(), ...(known?.opens ?? [])];
      if (opens.length === 0) continue;
      const principal = parseMember(member);
      const resource = checked?.resource ?? '';
      inherited.push({ resource, binding, member, principal, certain: 'yes', disabled, opens });
    }
  }
  return [...inherited, ...rest];
}

const isLive = (account: ServiceAccount | 'missing' | undefined): account is ServiceAccount =>
  account !== undefined && account !== 'missing';
