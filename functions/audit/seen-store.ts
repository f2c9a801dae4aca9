import type { Objects } from '../../shared/cloud/objects.ts';
import {
  mergedSeen,
  NOTHING_SEEN,
  parseSeen,
  type Seen,
} from '../../shared/domain/audit/seen/seen-state.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { textSink } from './bucket/text-sink.ts';

export type SeenStoreOptions = {
  readonly objects: Pick<Objects, 'read' | 'upload'>;
  /** The object with the open findings. What was seen is next to it. Without it, only this process knows what was seen. */
  readonly state: ObjectLocation | undefined;
  readonly now: () => Date;
  /** A deadline for one change. */
  readonly signal: () => AbortSignal;
  /** Ends when Cloud Storage takes another write of the same object. */
  readonly pause: () => Promise<void>;
};

/** What was seen of mints, in the bucket of the state. */
export type SeenStore = {
  /** What this process knows. */
  readonly known: () => Seen;
  /** Reads what other instances have stored. */
  readonly read: () => Promise<Result<Seen, Failure>>;
  /** Adds to what is stored. `tidy`: what to leave out of it. */
  readonly add: (more: Seen, tidy: (seen: Seen) => Seen) => Promise<Result<Seen, Failure>>;
};

/** Several instances may write at the same time, and each writes under the generation that it read. */
const ATTEMPTS = 8;

export function seenStoreOf({ objects, state, now, signal, pause }: SeenStoreOptions): SeenStore {
  let memory = NOTHING_SEEN;
  const at = state && { ...state, name: state.name.replace(/[^/]*$/, 'mints.json') };

  async function stored(
    until: AbortSignal,
  ): Promise<Result<{ seen: Seen; generation: string }, Failure>> {
    if (!at) return ok({ seen: memory, generation: '0' });
    const result = await objects.read(at, textSink, until);
    if (!result.ok) return result;
    const { content = '', generation = '0' } = result.value ?? {};
    // A text that is no state is replaced: it says nothing, and no later write may wait for it.
    return ok({ seen: parseSeen(content) ?? NOTHING_SEEN, generation });
  }

  return {
    known: () => memory,
    async read() {
      const result = await stored(signal());
      if (result.ok) memory = mergedSeen(memory, result.value.seen, now());
      return result.ok ? ok(memory) : result;
    },
    async add(more, tidy) {
      memory = tidy(mergedSeen(memory, more, now()));
      if (!at) return ok(memory);
      const until = signal();
      let last: Failure = { reason: 'etag-stale', detail: 'what was seen of mints' };
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const before = await stored(until);
        if (!before.ok) return before;
        const seen = tidy(mergedSeen(before.value.seen, memory, now()));
        const content = { text: JSON.stringify(seen), type: 'application/json', metadata: {} };
        const { generation } = before.value;
        const written = await objects.upload(at, content, { generation }, until);
        if (written.ok) {
          memory = mergedSeen(memory, seen, now());
          return ok(memory);
        }
        last = written.error;
        if (last.reason !== 'etag-stale' && last.reason !== 'cloud-busy') break;
        await pause();
      }
      return err(last);
    },
  };
}
