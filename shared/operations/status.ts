import type { Cloud } from '../cloud/cloud.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import type { ChainFileVersion } from '../domain/chain/chain-file-version.ts';
import { type Status, statusOf } from '../domain/rotation/status.ts';
import { listSecrets } from './list-secrets.ts';

/** How fresh every chain is. It makes one list call for each project, and reads the clock after them. */
export async function status(
  file: ChainFile,
  version: ChainFileVersion,
  secrets: Pick<Cloud['secrets'], 'secretsIn'>,
  now: () => Date,
  signal: AbortSignal,
): Promise<Status> {
  return statusOf(file, version, await listSecrets(file, secrets, signal), now());
}
