import type { LogEntry } from '../../state/log-entry.ts';
import type { State } from '../../state/state.ts';
import { exportEntry } from './export.ts';

/** The log has the newest entries only. */
export const MAX_ENTRIES = 10_000;

/** Appends an entry to the log, and exports it. */
export function writeEntry(state: State, entry: LogEntry): void {
  state.log.push(entry);
  if (state.log.length > 1.1 * MAX_ENTRIES) state.log.splice(0, state.log.length - MAX_ENTRIES);
  exportEntry(state, entry);
}
