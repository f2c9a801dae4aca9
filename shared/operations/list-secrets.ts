import type { Cloud } from '../cloud/cloud.ts';
import type { Unread } from '../domain/basics/unread.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import {
  type ListedSecret,
  type ListedSecrets,
  projectsOf,
  secretListOf,
} from '../domain/rotation/ledger/listed-secrets.ts';

/** Lists the secrets of a file's chains, with one call for each project. Projects that could not be listed are in `unread` too. */
export async function listSecrets(
  file: ChainFile,
  { secretsIn }: Pick<Cloud['secrets'], 'secretsIn'>,
  signal: AbortSignal,
): Promise<{ listed: ListedSecrets; unread: Unread[] }> {
  const secrets = new Map<string, ListedSecret>();
  const unlisted = new Set<string>();
  const unread: Unread[] = [];
  await Promise.all(
    projectsOf(file.chains).map(async (project) => {
      const result = await secretsIn(project, signal);
      if (result.ok) {
        for (const secret of result.value) secrets.set(secret.name, secret);
        return;
      }
      const { reason, permission } = result.error;
      const because = permission === undefined ? reason : `${reason}, ${permission}`;
      unlisted.add(project);
      unread.push({ resource: secretListOf(project), reason: because });
    }),
  );
  return { listed: { secrets, unlisted }, unread };
}
