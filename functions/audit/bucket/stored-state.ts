import type { Objects } from '../../../shared/cloud/objects.ts';
import {
  type AlertState,
  alertStateReader,
  alertStateText,
  type StoredAlerts,
} from '../../../shared/domain/audit/alerts/alert-state.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { ok, type Result } from '../../../shared/domain/basics/result.ts';
import { inSteps } from '../../../shared/operations/in-steps.ts';

/** The metadata of the object that names the newest report, so that nobody reads the state for it. */
const REPORT_AT = 'hopmint-report-at';

type StoredState = Partial<StoredAlerts> & {
  /** `0` if the object does not exist. */
  readonly generation: string;
};

export async function readState(
  at: ObjectLocation,
  objects: Pick<Objects, 'read'>,
  signal: AbortSignal,
): Promise<Result<StoredState, Failure>> {
  const read = await objects.read(at, alertStateReader, signal);
  if (!read.ok) return read;
  return ok({ ...read.value?.content, generation: read.value?.generation ?? '0' });
}

/** Replaces the generation that was read. */
export async function writeState(
  at: ObjectLocation,
  state: AlertState,
  generation: string,
  objects: Pick<Objects, 'upload'>,
  signal: AbortSignal,
): Promise<Result<unknown, Failure>> {
  const text = await inSteps(alertStateText(state));
  const content = {
    text,
    type: 'application/jsonl',
    metadata: { [REPORT_AT]: state.reportAt },
  };
  return objects.upload(at, content, { generation }, signal);
}

/** When the newest report was made; `undefined` if no state is stored. */
export async function newestReportAt(
  at: ObjectLocation,
  objects: Pick<Objects, 'live'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const live = await objects.live(at, signal);
  return (live.ok && live.value?.metadata[REPORT_AT]) || undefined;
}
