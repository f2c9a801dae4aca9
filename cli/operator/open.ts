import type { Cloud } from '../../shared/cloud/cloud.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { Exit, Io } from '../terminal/io.ts';
import { type OpenedFile, readChainFile } from './chain-file.ts';
import { operatorCloud } from './operator.ts';
import type { ReadSource } from './source.ts';

/** Where a command starts that calls Google. */
export type Opened = OpenedFile & {
  readonly cloud: Cloud;
  /** The cloud is the local cloud and not Google. */
  readonly local: boolean;
};

/**
 * Opens the chain file, and the cloud as the operator. Prints what is wrong.
 *
 * @param check the faults of the command's arguments that depend on the file. They are reported before anyone needs an identity
 * @returns the exit code if the command cannot go on
 */
export async function open(
  source: string,
  io: Io,
  read: ReadSource,
  check: (file: ChainFile) => string | undefined = () => undefined,
): Promise<Result<Opened, Exit>> {
  const opened = await readChainFile(source, io, read);
  if (!opened.ok) return opened;
  const fault = check(opened.value.file);
  if (fault !== undefined) {
    io.err(`${fault}\n`);
    return err(2);
  }
  const operator = await operatorCloud(io);
  if (!operator.ok) {
    io.err(`${operator.error}\n`);
    return err(2);
  }
  const { cloud, local } = operator.value;
  if (local) io.err(LOCAL_NOTICE);
  return ok({ ...opened.value, cloud, local });
}

/** Every command that uses the local cloud prints this. */
export const LOCAL_NOTICE = 'LOCAL: this command used the local cloud, not Google\n';
