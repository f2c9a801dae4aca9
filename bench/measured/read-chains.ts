import { createReadStream } from 'node:fs';
import { type Intent, intentOf } from '../../shared/domain/chain/intent.js';
import { publishedReader } from '../../shared/domain/published/read.js';

/** Reads a published chain file from disk in pieces, as a function reads it from Cloud Storage. */
export async function readChains(path: string): Promise<Intent> {
  const { take, end } = publishedReader();
  for await (const piece of createReadStream(path)) take(piece as Uint8Array);
  const read = end();
  if (!read.ok) throw new Error(read.error);
  const { file, digest, sources } = read.value;
  const version = {
    digest,
    generation: '1',
    writtenAt: null,
    writtenBy: null,
    commit: null,
    sources,
  };
  return intentOf(file, version, read.value);
}
