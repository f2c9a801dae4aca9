import pLimit from 'p-limit';
import type { Cloud } from '../cloud/cloud.ts';
import type { Policies } from '../cloud/policies.ts';
import type { Unread } from '../domain/basics/unread.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { projectOfSecret } from '../domain/chain/secret.ts';
import type { ListedVersions } from '../domain/rotation/evidence.ts';
import { currentIn } from '../domain/rotation/ledger.ts';
import { type ObservedSecrets, plannedRotationsOf } from '../domain/rotation/observed-secrets.ts';
import { listSecrets } from './list-secrets.ts';

/** How many reads of one project's secrets run at once. */
const AT_ONCE = 4;

/**
 * Lists the secrets of the chains, and then the newest versions of each. What could not be read is in `unread` too.
 *
 * @param chosen the chains whose versions are read; the secrets of all chains are listed
 * @param policies reads versions at a pace that leaves room for rotations
 */
export async function observeSecrets(
  file: ChainFile,
  policies: Pick<Policies, 'secretVersions' | 'leaveRoomFor'>,
  secrets: Pick<Cloud['secrets'], 'secretsIn'>,
  now: Date,
  signal: AbortSignal,
  chosen: ChainFile['chains'] = file.chains,
): Promise<{ observed: ObservedSecrets; unread: Unread[] }> {
  policies.leaveRoomFor(plannedRotationsOf(file));
  const { listed, unread } = await listSecrets(file, secrets, signal);
  const versions = new Map<string, ListedVersions>();
  const names = [...new Set(chosen.map(({ secret }) => secret))];
  const existing = names.filter((name) => listed.secrets.has(name));
  await Promise.all(
    [...Map.groupBy(existing, projectOfSecret).values()].map((ofProject) =>
      pLimit(AT_ONCE).map(ofProject, async (name) => {
        const current = currentIn(listed.secrets.get(name)?.annotations);
        const result = await policies.secretVersions(name, current, signal);
        if (result.ok) {
          versions.set(name, result.value);
          return;
        }
        const { detail, permission } = result.error;
        const reason = permission === undefined ? detail : `${detail}, without ${permission}`;
        unread.push({ resource: versionsOf(name), reason });
      }),
    ),
  );
  return { observed: { ...listed, listedAt: now, versions }, unread };
}

/** The name of a secret's list of versions, for reports on what could not be read. */
const versionsOf = (secret: string): string => `${secret}/versions`;
