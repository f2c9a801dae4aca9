import type { Chain, ChainFile } from '../../chain/chain.ts';
import { parseMember } from '../../iam/member.ts';
import { READ_SECRET } from '../../iam/permissions.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { isGoogleAgent, isImpersonation } from '../access/holders.ts';
import type { Way } from '../access/ways.ts';
import type { Asset } from '../assets/asset.ts';
import { declaredAdministrators } from '../finding/declared-administrators.ts';
import {
  exceptedMembersOn,
  expectedMembersOf,
  isSame,
  liveAccount,
} from '../finding/expected-access.ts';

/** Why an access is expected. `agent`: Google's own, with the role that Google grants to it. */
export type Declaration =
  | 'caller'
  | 'delegate'
  | 'target'
  | 'hop'
  | 'exception'
  | 'reader'
  | 'publisher'
  | 'deployer'
  | 'administrator'
  | 'agent';

/**
 * Finds out whether the chain file expects a way.
 *
 * @param file the whole chain file: other chains may use the same accounts
 */
export function declarations(
  file: ChainFile,
  chain: Chain,
  assets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
): (way: Way) => Declaration | undefined {
  const expected = expectedMembersOf(file, snapshot);
  const isAdministrator = declaredAdministrators(file, snapshot);
  const byName = Map.groupBy(assets, ({ name }) => name);
  const own = new Map(
    [
      [file.caller, 'caller'] as const,
      ...chain.delegates.map((account) => [account, 'delegate'] as const),
    ].flatMap(([account, is]) => {
      const live = liveAccount(snapshot, account);
      return live ? [[live.email, is] as const] : [];
    }),
  );
  const publishers = (file.publishers ?? []).map(parseMember);
  return ({ holder, asset, permission }) => {
    const { principal, binding, resource } = holder;
    const { account } = asset;
    if (isGoogleAgent(principal, binding.role, asset, snapshot)) return 'agent';
    const ownRole = own.get((principal.is === 'account' && principal.email) || '');
    const hops = expected.get(account?.uniqueId ?? '') ?? [];
    if (hops.some((hop) => hop.permissions.has(permission) && isSame(hop.member, principal))) {
      return ownRole ?? 'hop';
    }
    const isExcepted = account && exceptedMembersOn(file, account, now);
    if (isExcepted?.some((one) => isSame(one, principal))) return 'exception';
    if (byName.get(asset.name)?.some((one) => one.expects(principal, permission))) {
      if (permission === READ_SECRET) return ownRole ?? 'reader';
      return publishers.some((one) => isSame(one, principal)) ? 'publisher' : 'deployer';
    }
    // The declaration of an administrator never covers a direct grant of a hop.
    if (isImpersonation(permission)) return undefined;
    return isAdministrator(principal, resource) ? 'administrator' : undefined;
  };
}
