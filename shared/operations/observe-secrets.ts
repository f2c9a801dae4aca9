import pLimit from 'p-limit';
import type { Policies } from '../cloud/policies.ts';
import { sha256 } from '../domain/basics/canonical.ts';
import type { Unread } from '../domain/basics/unread.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { projectOfSecret, versionsOf } from '../domain/chain/secret.ts';
import type { ListedVersions } from '../domain/rotation/ledger/evidence.ts';
import { currentIn } from '../domain/rotation/ledger/ledger.ts';
import type { ListedSecrets } from '../domain/rotation/ledger/listed-secrets.ts';
import {
  type ObservedSecrets,
  plannedRotationsOf,
} from '../domain/rotation/ledger/observed-secrets.ts';

/** How many reads of one project's secrets run at once. */
const AT_ONCE = 20;

/**
 * Lists the newest versions of each secret. What could not be read until `signal` ends is in `unread`, and another audit begins with other
 * secrets.
 *
 * @param listed the secrets, listed after `listedAt`
 * @param policies reads versions at a pace that leaves room for rotations
 */
export async function observeVersions(
  file: ChainFile,
  chosen: ChainFile['chains'],
  { listed, listedAt }: { readonly listed: ListedSecrets; readonly listedAt: Date },
  policies: Pick<Policies, 'secretVersions' | 'leaveRoomFor'>,
  signal: AbortSignal,
): Promise<{ observed: ObservedSecrets; unread: Unread[] }> {
  policies.leaveRoomFor(plannedRotationsOf(file));
  const versions = new Map<string, ListedVersions>();
  const unread: Unread[] = [];
  const order = (name: string) => sha256(`${name} ${listedAt.toISOString()}`);
  const names = [...new Set(chosen.map(({ secret }) => secret))]
    .filter((name) => listed.secrets.has(name))
    .map((name) => [order(name), name] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, name]) => name);
  const observe = async (name: string): Promise<void> => {
    const resource = versionsOf(name);
    if (signal.aborted) {
      unread.push({ resource, reason: 'the time for observations was over' });
      return;
    }
    const current = currentIn(listed.secrets.get(name)?.annotations);
    const result = await policies.secretVersions(name, current, signal);
    if (result.ok) {
      versions.set(name, result.value);
      return;
    }
    const { detail, permission } = result.error;
    const reason = permission === undefined ? detail : `${detail}, without ${permission}`;
    unread.push({ resource, reason });
  };
  await Promise.all(
    [...Map.groupBy(names, projectOfSecret).values()].map((ofProject) =>
      pLimit(AT_ONCE).map(ofProject, observe),
    ),
  );
  return { observed: { ...listed, listedAt, versions }, unread };
}
