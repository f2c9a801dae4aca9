import type { LocalCloud } from '../../local/cloud.ts';
import { writeObject } from '../../local/services/storage/objects/write-object.ts';
import { sha256 } from '../../shared/domain/basics/canonical.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { compile } from '../../shared/domain/published/compile.ts';
import { WRITTEN_BY } from '../../shared/domain/published/header.ts';

export const CHAINS = { bucket: 'acme-ops-hopmint-chains', name: 'chains.jsonl' };
export const CHAINS_URL = `gs://${CHAINS.bucket}/${CHAINS.name}`;

/** The published form of a chain file. */
export function compiled(text: string, now = new Date()): string {
  const path = 'chains.yaml';
  const { file, faults } = parseChainFiles([{ path, text }], now);
  if (!file) throw new Error(faults.map(({ message }) => message).join('\n'));
  return compile(file, { sources: [{ path, sha256: sha256(text) }], pauses: [] });
}

/** The bucket of a seed, which these members may read. */
export const chainsBucket = (...members: readonly string[]) => ({
  name: CHAINS.bucket,
  project: 'acme-ops',
  versioning: true,
  policy: { bindings: [{ role: 'roles/storage.objectViewer', members: [...members] }] },
});

/** Writes the object as a publisher would. Gives its generation. */
export function publishAt({ state }: Pick<LocalCloud, 'state'>, text: string): string {
  const bucket = state.buckets.get(CHAINS.bucket);
  if (!bucket) throw new Error('the seed has no bucket for the chain file');
  const { generation } = writeObject(state, bucket, {
    name: CHAINS.name,
    contentType: 'application/jsonl',
    metadata: { [WRITTEN_BY]: 'ada@acme.com' },
    data: Buffer.from(text),
  });
  return generation;
}
