import type { Generation, Objects } from '../cloud/objects.ts';
import type { ObjectLocation } from '../domain/basics/object-location.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { type Intent, intentOf } from '../domain/chain/intent.ts';
import { withPauses } from '../domain/published/compile.ts';
import { WRITTEN_BY } from '../domain/published/header.ts';
import { type Published, publishedReader } from '../domain/published/read.ts';

/** Why a generation is not used: Cloud Storage did not give it, or its content does not pass. */
export type Refusal = { readonly why: 'unreadable' | 'refused'; readonly detail: string };

/**
 * Reads one generation of the published chain file, a line at a time, and checks it.
 *
 * @param before what is in force. The result shares with it what is equal.
 */
export async function readGeneration(
  objects: Pick<Objects, 'download'>,
  at: ObjectLocation,
  generation: Generation,
  signal: AbortSignal,
  before?: Intent,
): Promise<Result<Intent, Refusal>> {
  const open = () => publishedReader(before);
  const read = await objects.download(at, generation.generation, open, signal);
  if (!read.ok) return err({ why: 'unreadable', detail: read.error.detail });
  if (!read.value.ok) return err({ why: 'refused', detail: read.value.error });
  return ok(toIntent(read.value.value, generation));
}

const toIntent = (published: Published, generation: Generation): Intent => {
  const { file, digest, sources, commit, pauses } = published;
  const version = {
    digest,
    generation: generation.generation,
    writtenAt: generation.updated.toISOString(),
    writtenBy: generation.metadata[WRITTEN_BY] ?? null,
    commit: commit ?? null,
    sources,
  };
  return intentOf(withPauses(file, pauses), version, published);
};
