import type { Account } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { parseMembers } from '../../iam/member.ts';
import type { Binding } from '../../iam/policy.ts';
import { memberOf, type Snapshot } from '../../iam/snapshot.ts';
import { isSame, liveAccount } from '../finding/expected-access.ts';
import type { EvaluatedHop } from '../hops/evaluate-hops.ts';

import { type Hold, isContainer, isImpersonation } from './holders.ts';

/** A hop of a chain; `hop` counts from 1. */
export type Place = { readonly chain: string; readonly hop: number };

/** What the chains themselves do with bindings: who of them is in one, and for what. */
export type Routes = {
  /** Where an account of a chain gets past those between it and a later one. */
  readonly shortcut: (hold: Hold) => { readonly place: Place; readonly to: string } | undefined;
  /** The hops that a binding above their account grants to this member of it. */
  readonly above: ReadonlyMap<Binding, ReadonlyMap<string, readonly EvaluatedHop[]>>;
  /** The hop for which this member is bound to the account itself, with more than the hop needs. */
  readonly wide: (hold: Hold) => EvaluatedHop | undefined;
};

export function routesOf(
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Routes {
  const idOf = (account: Account) => liveAccount(snapshot, account)?.uniqueId;
  const paths = file.chains.map(({ name, delegates, target }) => ({
    name,
    ids: [file.caller, ...delegates, target].map(idOf),
  }));
  const pathsOf = new Map<string, typeof paths>();
  for (const path of paths) {
    for (const id of path.ids) {
      if (id === undefined) continue;
      const known = pathsOf.get(id) ?? [];
      pathsOf.set(id, known);
      known.push(path);
    }
  }
  const ids = new Map(
    [...snapshot.accounts.values()].flatMap((account) =>
      account === 'missing'
        ? []
        : [
            [account.email, account.uniqueId] as const,
            [account.uniqueId, account.uniqueId] as const,
          ],
    ),
  );
  const hopsInto = Map.groupBy(hops, ({ hop }) => idOf(hop.to));
  const idOfHolder = ({ who }: Hold) =>
    who.is === 'account' ? ids.get(who.email ?? who.uniqueId ?? '') : undefined;

  return {
    shortcut(hold) {
      const id = idOfHolder(hold);
      if (id === undefined) return undefined;
      const opened = new Set(
        hold.opens.flatMap(({ asset, permissions }) =>
          asset.is === 'account' && permissions.some(isImpersonation)
            ? (asset.account?.uniqueId ?? [])
            : [],
        ),
      );
      for (const { name, ids: path } of pathsOf.get(id) ?? []) {
        // The furthest first: that is the target.
        const to = path.findLastIndex((one) => one !== undefined && opened.has(one));
        if (to > path.indexOf(id) + 1) {
          const account = hold.opens.find(({ asset }) => asset.account?.uniqueId === path[to]);
          return { place: { chain: name, hop: to }, to: account?.asset.name ?? '' };
        }
      }
      return undefined;
    },
    above: bindingsAbove(hops, snapshot),
    wide(hold) {
      const [opening] = hold.opens;
      if (isContainer(hold.resource) || opening?.asset.account === undefined) return undefined;
      const { uniqueId } = opening.asset.account;
      return hopsInto
        .get(uniqueId)
        ?.find(({ hop }) => isSame(memberOf(snapshot, hop.from), hold.who));
    },
  };
}

function bindingsAbove(hops: readonly EvaluatedHop[], snapshot: Snapshot): Routes['above'] {
  const above = new Map<Binding, Map<string, EvaluatedHop[]>>();
  for (const evaluated of hops) {
    for (const { resource, binding, grants } of evaluated.evaluation.checkedBindings) {
      if (grants !== 'yes' || !isContainer(resource)) continue;
      const from = memberOf(snapshot, evaluated.hop.from);
      parseMembers(binding.members).forEach((member, i) => {
        if (!isSame(member, from)) return;
        const members = above.get(binding) ?? new Map<string, EvaluatedHop[]>();
        above.set(binding, members);
        const text = binding.members[i] ?? '';
        const known = members.get(text) ?? [];
        members.set(text, known);
        known.push(evaluated);
      });
    }
  }
  return above;
}
