import type { Generation, Objects } from '../../shared/cloud/objects.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import type { Intent, ReadIntent } from '../../shared/domain/chain/intent.ts';
import { readGeneration } from '../../shared/operations/published-file.ts';

/** The object is asked for a newer generation at most this often. */
const LOOK_EVERY_MS = 60_000;

const READ_TIMEOUT_MS = 45_000;

/** A fallback reads no more earlier generations than this: each one takes seconds at 100,000 chains. */
const FALLBACKS_AT_MOST = 10;

export type ChainFileOptions = {
  readonly objects: Pick<Objects, 'live' | 'generations' | 'download'>;
  readonly at: ObjectLocation;
  /** The newest generation is not used, and an earlier one is in force. */
  readonly onRefused: (detail: string) => void;
  /** A cold start uses an earlier generation, because the newest one is refused. */
  readonly onFallback: (detail: string, generation: string) => void;
  readonly now: () => Date;
};

/**
 * Reads the published chain file, and again when its generation has changed.
 *
 * A generation that is refused leaves the last good one in force, because a mistake must not stop the credentials of every workload. A
 * cold start has no last good one: it reads the newest earlier generation that passes.
 *
 * @throws {Error} the returned function throws while no generation has passed
 */
export function chainFileReader(options: ChainFileOptions): ReadIntent {
  const { objects, at, onRefused, onFallback, now } = options;
  const name = `gs://${at.bucket}/${at.name}`;
  let current: Intent | undefined;
  let refused: { readonly generation: string; readonly detail: string } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<Intent> | undefined;

  /** @throws {Error} if the live generation cannot be used and none is in force */
  async function look(): Promise<Intent> {
    lookedAt = now().getTime();
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const live = await objects.live(at, signal);
    if (!live.ok) return keep(`${name}: ${live.error.detail}`);
    if (!live.value) return keep(`${name} does not exist: write it with "hopmint publish"`);
    const { generation } = live.value;
    if (current?.version.generation === generation) return current;
    if (current && refused?.generation === generation) return keep(refused.detail);
    const read = await readGeneration(objects, at, live.value, signal);
    if (read.ok) {
      current = read.value;
      refused = undefined;
      return current;
    }
    const detail = `${name}, generation ${generation}: ${read.error.detail}`;
    if (read.error.why === 'unreadable') return keep(detail);
    refused = { generation, detail };
    return current ? keep(detail) : fallBack(live.value, detail, signal);
  }

  function keep(detail: string): Intent {
    if (!current) throw new Error(detail);
    onRefused(detail);
    return current;
  }

  async function fallBack(live: Generation, detail: string, signal: AbortSignal): Promise<Intent> {
    const listed = await objects.generations(at, signal);
    if (!listed.ok) throw new Error(`${detail}. No earlier generation: ${listed.error.detail}`);
    const earlier = listed.value.filter(({ generation }) => generation !== live.generation);
    for (const generation of earlier.slice(0, FALLBACKS_AT_MOST)) {
      const read = await readGeneration(objects, at, generation, signal);
      if (!read.ok) continue;
      current = read.value;
      onFallback(detail, generation.generation);
      return current;
    }
    throw new Error(`${detail}. No earlier generation passes: there are ${earlier.length}`);
  }

  /** Never two reads at a time: each one may take 100 MB. */
  const start = (): Promise<Intent> => {
    looking = look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  let next: Promise<Intent> | undefined;
  /** A look that begins after this call, because one under way may have asked before the file changed. */
  const lookAgain = (): Promise<Intent> => {
    if (!looking) return start();
    next ??= looking
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return looking ?? start();
      });
    return next;
  };

  return async (request) => {
    if (request?.fresh) return lookAgain();
    const isDue = now().getTime() - lookedAt >= LOOK_EVERY_MS;
    if (current && !isDue) return current;
    return looking ?? start();
  };
}
