import { parseMember } from '../../iam/member.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import type { ServiceAccount, Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import type { Holder } from './holders.ts';
import type { HopBindings } from './hop-bindings.ts';

/**
 * Adds the holders whose hop is granted above its account. Such a grant is expected for the hop's account, so `holdersOf` leaves that
 * account out; but the same binding also opens other accounts. The result has one holder with all of them.
 */
export function withInheritedHops(
  holders: readonly Holder[],
  assets: readonly Asset[],
  { inheritedHops }: HopBindings,
  snapshot: Snapshot,
): Holder[] {
  const byAccount = new Map(assets.map((asset) => [asset.account?.uniqueId, asset]));
  const rest = new Set(holders);
  const byBinding = Map.groupBy(holders, ({ binding }) => binding);
  const inherited = [...inheritedHops].flatMap(([binding, members]) => {
    const granted = snapshot.roles.get(binding.role)?.permissions;
    const permissions = IMPERSONATION_PERMISSIONS.filter((p) => granted?.has(p));
    return [...members].map(([member, hops]): Holder => {
      const known = byBinding.get(binding)?.find((holder) => holder.member === member);
      if (known) rest.delete(known);
      const accounts = hops.map(({ evaluation }) => evaluation.to).filter(isLive);
      const hopAccounts = new Map(
        accounts.flatMap(({ uniqueId }) => {
          const asset = byAccount.get(uniqueId);
          return asset ? [[uniqueId, { asset, permissions }] as const] : [];
        }),
      );
      const [checked] = hops.flatMap(({ evaluation }) =>
        evaluation.checkedBindings.filter((one) => one.binding === binding),
      );
      return {
        resource: checked?.resource ?? '',
        binding,
        member,
        principal: parseMember(member),
        certain: 'yes',
        opens: [...hopAccounts.values(), ...(known?.opens ?? [])],
      };
    });
  });
  return [...inherited, ...rest];
}

const isLive = (account: ServiceAccount | 'missing' | undefined): account is ServiceAccount =>
  account !== undefined && account !== 'missing';
