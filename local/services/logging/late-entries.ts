import type { State } from '../../state/state.ts';
import { publishEntry } from './export.ts';

/** The longest delay that setTimeout accepts. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Publishes each delayed entry when it is due, by the local clock.
 *
 * @returns a function that stops it
 */
export function startLateEntries(state: State): () => void {
  let timer: NodeJS.Timeout | undefined;

  function publishDue(): void {
    clearTimeout(timer);
    const now = state.now().getTime();
    for (let next = state.lateEntries.peek(); next; next = state.lateEntries.peek()) {
      if (next.dueAt > now) {
        timer = setTimeout(publishDue, Math.min(next.dueAt - now, MAX_TIMEOUT_MS)).unref();
        return;
      }
      state.lateEntries.pop();
      publishEntry(state, next.sink, next.entry);
    }
  }

  state.clockListeners.add(publishDue);
  return () => {
    clearTimeout(timer);
    state.clockListeners.delete(publishDue);
  };
}
