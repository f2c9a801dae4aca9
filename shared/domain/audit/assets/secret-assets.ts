import { idOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { parseMember } from '../../iam/member.ts';
import { OPEN_SECRET, READ_SECRET } from '../../iam/permissions.ts';
import { containersAbove, memberOf, type Snapshot } from '../../iam/snapshot.ts';
import { exceptedMembersOn, isSame, liveAccount } from '../finding/expected-access.ts';
import type { Asset } from './asset.ts';

/** The permissions of the minter's role that open a secret. The caller may also read: it minted the credential itself. */
const CALLER_ON_SECRETS: ReadonlySet<string> = new Set([
  READ_SECRET,
  'secretmanager.versions.add',
  'secretmanager.versions.destroy',
  'secretmanager.secrets.update',
]);

export function secretAssets(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const caller = memberOf(snapshot, file.caller);
  return file.chains.map(({ name, secret, readers, target }) => {
    const minted = liveAccount(snapshot, target);
    const allowedReaders = [
      ...(readers ?? []).map(parseMember),
      // A member that may mint the credential may read it too.
      ...(minted ? exceptedMembersOn(file, minted, now) : []),
    ];
    return {
      is: 'secret',
      name: secret,
      resource: secret,
      above: containersAbove(snapshot, projectOfSecret(secret)).names,
      permissions: OPEN_SECRET,
      accounts: [minted?.email ?? target.email ?? idOf(target)],
      chains: [name],
      declaresReaders: readers !== undefined,
      expects: (member, permission) =>
        (CALLER_ON_SECRETS.has(permission) && isSame(caller, member)) ||
        (permission === READ_SECRET && allowedReaders.some((one) => isSame(one, member))),
    };
  });
}
