import { parseMember } from '../../iam/member.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import type { ServiceAccount, Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';

import type { Routes } from './chain-routes.ts';
import type { Hold } from './holders.ts';

/** A hop that is granted above its account is wanted there and nowhere else: what it opens is told with the rest that the binding opens. */
export function withHopsAbove(
  holds: readonly Hold[],
  assets: readonly Asset[],
  routes: Routes,
  snapshot: Snapshot,
): Hold[] {
  const byAccount = new Map(assets.map((asset) => [asset.account?.uniqueId, asset]));
  const rest = new Set(holds);
  const byBinding = Map.groupBy(holds, ({ binding }) => binding);
  const wide = [...routes.above].flatMap(([binding, members]) => {
    const held = snapshot.roles.get(binding.role)?.permissions;
    const permissions = IMPERSONATION_PERMISSIONS.filter((p) => held?.has(p));
    return [...members].map(([member, hops]): Hold => {
      const known = byBinding.get(binding)?.find((hold) => hold.member === member);
      if (known) rest.delete(known);
      const to = hops.map(({ evaluation }) => evaluation.to).filter(isLive);
      const wanted = new Map(
        to.flatMap(({ uniqueId }) => {
          const asset = byAccount.get(uniqueId);
          return asset ? [[uniqueId, { asset, permissions }] as const] : [];
        }),
      );
      const [look] = hops.flatMap(({ evaluation }) =>
        evaluation.checkedBindings.filter((one) => one.binding === binding),
      );
      return {
        resource: look?.resource ?? '',
        binding,
        member,
        who: parseMember(member),
        certain: 'yes',
        opens: [...wanted.values(), ...(known?.opens ?? [])],
      };
    });
  });
  return [...wide, ...rest];
}

const isLive = (account: ServiceAccount | 'missing' | undefined): account is ServiceAccount =>
  account !== undefined && account !== 'missing';
