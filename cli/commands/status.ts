import { projectsOf } from '../../shared/domain/rotation/listed-secrets.ts';
import { status as statusNow } from '../../shared/operations/status.ts';
import { toJson } from '../../shared/report/json.ts';
import { statusText } from '../../shared/report/status.ts';
import { type ReadText, readSource } from '../operator/chains.ts';
import { editionOf } from '../operator/edition.ts';
import { open } from '../operator/open.ts';
import type { Exit, Io } from '../terminal/io.ts';

/**
 * Says how fresh each chain is, and whether ticks come. It asks for nothing but the list of secrets of each project.
 *
 * @returns 1 when a chain is late or stale, or ticks have stopped; 3 when nothing could be listed
 */
export async function status(
  { chains: source, json }: { readonly chains: string; readonly json: boolean },
  io: Io,
  read: ReadText = readSource(io),
): Promise<Exit> {
  const opened = await open(source, io, read);
  if (!opened.ok) return opened.error;
  const { file, text, cloud, local } = opened.value;
  const edition = await editionOf(source, text);
  const told = await statusNow(file, edition, cloud.secrets, io.now, io.signal);
  io.out(json ? toJson({ ...told, ...(local && { cloud: 'LOCAL' }) }) : statusText(told));
  if (told.unread.length === projectsOf(file.chains).length) return 3;
  return told.healthy ? 0 : 1;
}
