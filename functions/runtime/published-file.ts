import type { Generation, Objects } from '../../shared/cloud/objects.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import type { Intent, ReadIntent } from '../../shared/domain/chain/intent.ts';
import { readGeneration } from '../../shared/operations/published-file.ts';

/** How often to check whether the object has a newer generation. */
const CHECK_EVERY_MS = 60_000;

const READ_TIMEOUT_MS = 45_000;

/** The most earlier generations that a fallback reads. Each takes seconds with 100,000 chains. */
const FALLBACKS_AT_MOST = 10;

export type ChainFileOptions = {
  readonly objects: Pick<Objects, 'live' | 'generations' | 'download'>;
  readonly at: ObjectLocation;
  /** Called when the newest generation cannot be used. The last good one stays in force. */
  readonly onRefused: (detail: string) => void;
  /** Called when a cold start uses an earlier generation, because the newest one is refused. */
  readonly onFallback: (detail: string, generation: string) => void;
  readonly now: () => Date;
};

/**
 * Reads the published chain file, and reads it again when its generation has changed.
 *
 * If a generation is refused, the last good one stays in force, because a mistake must not stop the credentials of every workload. A cold
 * start has no last good one: it uses the newest earlier generation that passes.
 *
 * @throws {Error} the returned function throws while no generation has passed
 */
export function publishedFileReader(options: ChainFileOptions): ReadIntent {
  const { objects, at, onRefused, onFallback, now } = options;
  const name = `gs://${at.bucket}/${at.name}`;
  let current: Intent | undefined;
  let refused: { readonly generation: string; readonly detail: string } | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<Intent> | undefined;

  /** @throws {Error} if the live generation cannot be used and none is in force */
  async function check(): Promise<Intent> {
    checkedAt = now().getTime();
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const live = await objects.live(at, signal);
    if (!live.ok) return keepCurrent(`${name}: ${live.error.detail}`);
    if (!live.value)
      return keepCurrent(`${name} does not exist: write it with "./hopmint publish"`);
    const { generation } = live.value;
    if (current?.version.generation === generation) return current;
    if (current && refused?.generation === generation) return keepCurrent(refused.detail);
    const read = await readGeneration(objects, at, live.value, signal, current);
    if (read.ok) {
      current = read.value;
      refused = undefined;
      return current;
    }
    const detail = `${name}, generation ${generation}: ${read.error.detail}`;
    if (read.error.why === 'unreadable') return keepCurrent(detail);
    refused = { generation, detail };
    return current ? keepCurrent(detail) : useEarlier(live.value, detail, signal);
  }

  function keepCurrent(detail: string): Intent {
    if (!current) throw new Error(detail);
    onRefused(detail);
    return current;
  }

  async function useEarlier(
    live: Generation,
    detail: string,
    signal: AbortSignal,
  ): Promise<Intent> {
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

  /** One check at a time, because a read may take 100 MB. */
  const start = (): Promise<Intent> => {
    checking = check().finally(() => {
      checking = undefined;
    });
    return checking;
  };
  let next: Promise<Intent> | undefined;
  /** Starts a check after this call. A check that is running already may have read the generation before the file changed. */
  const checkAgain = (): Promise<Intent> => {
    if (!checking) return start();
    next ??= checking
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return checking ?? start();
      });
    return next;
  };

  return async (request) => {
    if (request?.fresh) return checkAgain();
    const isDue = now().getTime() - checkedAt >= CHECK_EVERY_MS;
    if (current && !isDue) return current;
    return checking ?? start();
  };
}
