import type { Cloud } from '../../shared/cloud/cloud.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { Exit, Io } from '../terminal/io.ts';
import { type ReadText, readChains } from './chains.ts';
import { operatorCloud } from './operator.ts';

/** What a command that asks Google begins with. */
export type Opened = {
  readonly text: string;
  readonly file: ChainFile;
  readonly cloud: Cloud;
  /** It is the local cloud, and not Google. */
  readonly local: boolean;
};

/**
 * The chain file, and Google with the identity at hand. What is wrong is told.
 *
 * @returns the exit code when there is nothing to go on with
 */
export async function open(source: string, io: Io, read: ReadText): Promise<Result<Opened, Exit>> {
  const chains = await readChains(source, io, read);
  if (!chains.ok) return chains;
  const operator = await operatorCloud(io);
  if (!operator.ok) {
    io.err(`${operator.error}\n`);
    return err(2);
  }
  const { cloud, local } = operator.value;
  if (local) io.err('LOCAL: this is what the local cloud holds\n');
  return ok({ ...chains.value, cloud, local });
}
