import { stat } from 'node:fs/promises';
import { sha256 } from '../../shared/domain/basics/canonical.ts';
import type { Source } from '../../shared/domain/chain/edition.ts';

/** Which edition of a chain file a command has read, told as the functions tell it. */
export async function editionOf(path: string, text: string): Promise<Source> {
  const mtimeMs = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0, // it is read already: only its time is not known
  );
  return { digest: sha256(text), generation: String(mtimeMs) };
}
