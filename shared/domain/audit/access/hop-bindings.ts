import type { Steps } from '../../basics/steps.ts';
import type { Account } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { parseMembers } from '../../iam/member.ts';
import type { Binding } from '../../iam/policy.ts';
import { memberOf, type Snapshot } from '../../iam/snapshot.ts';
import { isSame, liveAccount } from '../finding/expected-access.ts';
import type { EvaluatedHop } from '../hops/evaluate-hops.ts';
import { type Holder, isContainer, isImpersonation } from './holders.ts';

/** A hop by its chain and its number, from 1. */
export type ChainHop = { readonly chain: string; readonly hop: number };

/** How bindings relate to the hops of the chains. */
export type HopBindings = {
  /** If the holder is an account of a chain and can impersonate a later account of it without the accounts between: the hop to it. */
  readonly shortcut: (
    holder: Holder,
  ) => { readonly chainHop: ChainHop; readonly to: string } | undefined;
  /** The hops that a binding above their accounts grants, by binding and by member. */
  readonly inheritedHops: ReadonlyMap<Binding, ReadonlyMap<string, readonly EvaluatedHop[]>>;
  /** The hop for which the holder has its binding on the account. The binding has more permissions than the hop needs. */
  readonly overgrantedHop: (holder: Holder) => EvaluatedHop | undefined;
};

export function* hopBindingsOf(
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Steps<HopBindings> {
  const idOf = (account: Account) => liveAccount(snapshot, account)?.uniqueId;
  const hopsInto = Map.groupBy(hops, ({ hop }) => idOf(hop.to));
  return {
    shortcut: shortcutsIn(file, snapshot),
    inheritedHops: yield* inheritedHopsOf(hops, snapshot),
    overgrantedHop(holder) {
      const [opened] = holder.opens;
      if (isContainer(holder.resource) || opened?.asset.account === undefined) return undefined;
      const { uniqueId } = opened.asset.account;
      return hopsInto
        .get(uniqueId)
        ?.find(({ hop }) => isSame(memberOf(snapshot, hop.from), holder.principal));
    },
  };
}

function shortcutsIn(file: ChainFile, snapshot: Snapshot): HopBindings['shortcut'] {
  const paths = file.chains.map(({ name, delegates, target }) => ({
    name,
    ids: [file.caller, ...delegates, target].map(
      (account) => liveAccount(snapshot, account)?.uniqueId,
    ),
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
  const idByName = new Map(
    [...snapshot.accounts.values()].flatMap((account) =>
      account === 'missing'
        ? []
        : [
            [account.email, account.uniqueId] as const,
            [account.uniqueId, account.uniqueId] as const,
          ],
    ),
  );

  return ({ principal, opens }) => {
    if (principal.is !== 'account') return undefined;
    const id = idByName.get(principal.email ?? principal.uniqueId ?? '');
    if (id === undefined) return undefined;
    const impersonated = new Set(
      opens.flatMap(({ asset, permissions }) =>
        asset.is === 'account' && permissions.some(isImpersonation)
          ? (asset.account?.uniqueId ?? [])
          : [],
      ),
    );
    for (const { name, ids: path } of pathsOf.get(id) ?? []) {
      // The account nearest to the target.
      const to = path.findLastIndex((one) => one !== undefined && impersonated.has(one));
      if (to > path.indexOf(id) + 1) {
        const account = opens.find(({ asset }) => asset.account?.uniqueId === path[to]);
        return { chainHop: { chain: name, hop: to }, to: account?.asset.name ?? '' };
      }
    }
    return undefined;
  };
}

function* inheritedHopsOf(
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Steps<HopBindings['inheritedHops']> {
  const inherited = new Map<Binding, Map<string, EvaluatedHop[]>>();
  for (const evaluated of hops) {
    yield;
    for (const { resource, binding, grants } of evaluated.evaluation.checkedBindings) {
      if (grants !== 'yes' || !isContainer(resource)) continue;
      yield;
      const from = memberOf(snapshot, evaluated.hop.from);
      parseMembers(binding.members).forEach((member, i) => {
        if (!isSame(member, from)) return;
        const members = inherited.get(binding) ?? new Map<string, EvaluatedHop[]>();
        inherited.set(binding, members);
        const text = binding.members[i] ?? '';
        const known = members.get(text) ?? [];
        members.set(text, known);
        known.push(evaluated);
      });
    }
  }
  return inherited;
}
