import type { Objects } from '../../../shared/cloud/objects.ts';
import type { ListedReport } from '../../../shared/domain/audit/listed-report.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { ok, type Result } from '../../../shared/domain/basics/result.ts';
import type { Cached } from '../../runtime/single-flight.ts';
import { newestReportAt } from './stored-state.ts';
import { textSink } from './text-sink.ts';

const ARCHIVED_FOR_MS = 90 * 86_400_000;
/** The most old reports that one audit deletes. */
const DELETE_AT_MOST = 100;

/** The folder next to the state. A report is named by its time: `reports/2026-11-22T12:00:00.000Z.json`. */
const folderOf = ({ name }: ObjectLocation): string => name.replace(/[^/]*$/, 'reports/');
const nameOf = (location: ObjectLocation, generatedAt: string): string =>
  `${folderOf(location)}${generatedAt}.json`;

/** Writes a report, and deletes reports older than 90 days. @returns the names of the deleted reports */
export async function archive(
  location: ObjectLocation,
  report: ListedReport,
  objects: Objects,
  now: Date,
  signal: AbortSignal,
): Promise<Result<readonly string[], Failure>> {
  const at = { ...location, name: nameOf(location, report.generatedAt) };
  const content = { text: JSON.stringify(report), type: 'application/json', metadata: {} };
  const written = await objects.upload(at, content, {}, signal);
  if (!written.ok) return written;
  const listed = await objects.list(location.bucket, folderOf(location), signal);
  if (!listed.ok) return listed;
  const old = listed.value
    .filter((one) => {
      const at = Date.parse(/([^/]+)\.json$/.exec(one)?.[1] ?? '');
      return at < now.getTime() - ARCHIVED_FOR_MS;
    })
    .slice(0, DELETE_AT_MOST);
  for (const one of old) {
    const deleted = await objects.delete(location.bucket, one, signal);
    if (!deleted.ok) return deleted;
  }
  return ok(old);
}

/**
 * The last report of any audit; undefined if there is none, or if it has another format version. A state that somebody has replaced does not name
 * it: then it is the newest one in the folder.
 *
 * @param before only a report that is older
 */
export async function lastReport(
  location: ObjectLocation,
  objects: Objects,
  signal: AbortSignal,
  before?: string,
): Promise<Cached<ListedReport> | undefined> {
  const named = await newestReportAt(location, objects, signal);
  const isOlder = (at: string) => before === undefined || at < before;
  const reportAt =
    named !== undefined && isOlder(named)
      ? named
      : (await archivedTimes(location, objects, signal)).filter(isOlder).at(-1);
  if (reportAt === undefined) return undefined;
  const at = { ...location, name: nameOf(location, reportAt) };
  const read = await objects.read(at, textSink, signal);
  if (!read.ok || !read.value) return undefined;
  try {
    const value = JSON.parse(read.value.content) as ListedReport;
    return value.version === 1 ? { value, madeAt: new Date(value.generatedAt) } : undefined;
  } catch {
    return undefined;
  }
}

async function archivedTimes(
  location: ObjectLocation,
  objects: Pick<Objects, 'list'>,
  signal: AbortSignal,
): Promise<string[]> {
  const folder = folderOf(location);
  const names = await objects.list(location.bucket, folder, signal);
  if (!names.ok) return [];
  return names.value.map((name) => name.slice(folder.length).replace(/\.json$/, '')).sort();
}
