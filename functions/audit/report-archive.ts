import type { Objects } from '../../shared/cloud/objects.ts';
import { parseAlertState } from '../../shared/domain/audit/alerts/stored-state.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Kept } from '../runtime/single-flight.ts';
import type { Place } from './send-alerts.ts';

const KEPT_FOR_MS = 90 * 86_400_000;
/** Of those that are over, in one go. */
const DELETE_AT_MOST = 100;

/** Beside the state, by time: `reports/2026-11-22T12:00:00.000Z.json`. */
const folderOf = ({ name }: Place): string => name.replace(/[^/]*$/, 'reports/');
const nameOf = (place: Place, generatedAt: string): string =>
  `${folderOf(place)}${generatedAt}.json`;

/** Keeps a report. @returns those that are over, which are gone then */
export async function archive(
  place: Place,
  report: Report,
  objects: Objects,
  now: Date,
  signal: AbortSignal,
): Promise<Result<readonly string[], Failure>> {
  const name = nameOf(place, report.generatedAt);
  const written = await objects.write(place.bucket, name, report, {}, signal);
  if (!written.ok) return written;
  const listed = await objects.list(place.bucket, folderOf(place), signal);
  if (!listed.ok) return listed;
  const over = listed.value
    .filter((one) => {
      const at = Date.parse(/([^/]+)\.json$/.exec(one)?.[1] ?? '');
      return at < now.getTime() - KEPT_FOR_MS;
    })
    .slice(0, DELETE_AT_MOST);
  for (const one of over) {
    const deleted = await objects.delete(place.bucket, one, signal);
    if (!deleted.ok) return deleted;
  }
  return ok(over);
}

/** The last report that any audit made; none where there is none, or it is of another version. */
export async function lastReport(
  place: Place,
  objects: Objects,
  signal: AbortSignal,
): Promise<Kept<Report> | undefined> {
  const state = await objects.read(place.bucket, place.name, signal);
  const { reportAt } = parseAlertState((state.ok && state.value?.text) || '') ?? {};
  if (!reportAt) return undefined;
  const read = await objects.read(place.bucket, nameOf(place, reportAt), signal);
  if (!read.ok || !read.value) return undefined;
  try {
    const value = JSON.parse(read.value.text) as Report;
    return value.version === 1 ? { value, madeAt: new Date(value.generatedAt) } : undefined;
  } catch {
    return undefined;
  }
}
