import type { Cloud } from '../cloud/cloud.ts';
import type { Unread } from '../domain/basics/unread.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { type Holding, type Holdings, projectsOf } from '../domain/rotation/listed-secrets.ts';

/** Lists the secrets of a file's chains, one call for each project, and tells which projects could not be listed. */
export async function readHoldings(
  file: ChainFile,
  { secretsIn }: Pick<Cloud['secrets'], 'secretsIn'>,
  signal: AbortSignal,
): Promise<{ holdings: Holdings; unread: Unread[] }> {
  const secrets = new Map<string, Holding>();
  const unlisted = new Set<string>();
  const unread: Unread[] = [];
  await Promise.all(
    projectsOf(file.chains).map(async (project) => {
      const listed = await secretsIn(project, signal);
      if (listed.ok) {
        for (const secret of listed.value) secrets.set(secret.name, secret);
        return;
      }
      const { reason, permission } = listed.error;
      const because = permission === undefined ? reason : `${reason}, ${permission}`;
      unlisted.add(project);
      unread.push({ resource: `projects/${project}/secrets`, reason: because });
    }),
  );
  return { holdings: { secrets, unlisted }, unread };
}
