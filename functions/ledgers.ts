import type { Cloud } from '../shared/cloud.ts';
import type { ChainFile } from '../shared/domain/chain.ts';
import { type Ledger, parseLedger } from '../shared/domain/ledger.ts';
import { projectOfSecret } from '../shared/domain/plan-tick.ts';
import type { Unread } from '../shared/domain/snapshot.ts';

/** The ledgers of a file's chains, by the chain's name, and the projects whose secrets could not be listed. */
export async function readLedgers(
  file: ChainFile,
  secrets: Pick<Cloud['secrets'], 'secretsIn'>,
  signal: AbortSignal,
): Promise<{ ledgers: Map<string, Ledger>; unread: Unread[] }> {
  const projects = [...new Set(file.chains.map(({ secret }) => projectOfSecret(secret)))];
  const ledgers = new Map<string, Ledger>();
  const unread: Unread[] = [];
  await Promise.all(
    projects.map(async (project) => {
      const listed = await secrets.secretsIn(project, signal);
      if (!listed.ok) {
        const { reason, permission } = listed.error;
        const because = permission === undefined ? reason : `${reason}, ${permission}`;
        unread.push({ resource: `projects/${project}/secrets`, reason: because });
        return;
      }
      for (const { annotations } of listed.value) {
        const ledger = parseLedger(annotations);
        if (ledger) ledgers.set(ledger.chain, ledger);
      }
    }),
  );
  return { ledgers, unread };
}
