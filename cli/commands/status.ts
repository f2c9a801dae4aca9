import { projectsOf, secretListOf } from '../../shared/domain/rotation/ledger/listed-secrets.ts';
import { statusIn } from '../../shared/domain/rotation/status.ts';
import { observedStatus } from '../../shared/operations/status.ts';
import { toJson } from '../../shared/report/json.ts';
import { statusText } from '../../shared/report/status.ts';
import { chainsCalled } from '../operator/choose.ts';
import { open } from '../operator/open.ts';
import { type ReadSource, readSource } from '../operator/source.ts';
import type { Exit, Io } from '../terminal/io.ts';

export type StatusOptions = {
  readonly source: string;
  readonly json: boolean;
  /** The chains to show, by name; all where there is none. */
  readonly chain?: readonly string[];
};

/**
 * Says what readers of each chain get, and whether ticks come. It makes one call for each project, the list of its secrets, and one for each
 * shown chain, the list of its secret's versions.
 *
 * @returns 1 when a shown chain is late or stale, or ticks have stopped; 3 when nothing could be listed
 */
export async function status(
  { source, json, chain: names = [] }: StatusOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const opened = await open(source, io, read);
  if (!opened.ok) return opened.error;
  const { file, version, cloud, local } = opened.value;
  const chosen = chainsCalled(file, names);
  if (!chosen.ok) {
    io.err(`${source}: ${chosen.error}\n`);
    return 2;
  }
  const chains = names.length > 0 ? chosen.value : file.chains;
  const all = await observedStatus(file, version, cloud, chains, io.now, io.signal);
  const shown = names.length > 0 ? statusIn(all, chosen.value) : all;
  io.out(json ? toJson({ ...shown, ...(local && { cloud: 'LOCAL' }) }) : statusText(shown));
  const lists = projectsOf(chains).map(secretListOf);
  const unread = new Set(shown.unread.map(({ resource }) => resource));
  if (lists.every((list) => unread.has(list))) return 3;
  return shown.healthy ? 0 : 1;
}
