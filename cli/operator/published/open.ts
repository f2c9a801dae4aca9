import { parseObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { LOCAL_NOTICE } from '../open.ts';
import { operatorCloud } from '../operator.ts';
import { OBJECT_URL_HINT } from '../source.ts';
import { fileStore } from './file.ts';
import { objectStore } from './object.ts';
import type { OpenedStore } from './store.ts';

/**
 * Opens the place that a chain file is published to: `to`, or the `publishTo` of the file. Prints what is wrong.
 *
 * @returns the exit code if there is no place, or no identity for it
 */
export async function openStore(
  command: string,
  { file, to }: { readonly file: Pick<ChainFile, 'publishTo'>; readonly to?: string },
  io: Io,
): Promise<Result<OpenedStore, Exit>> {
  const refuse = (message: string) => {
    io.err(`hopmint ${command}: ${message}\n`);
    return err<Exit>(2);
  };
  const place = to ?? file.publishTo;
  if (place === undefined) {
    return refuse(
      'the chain file does not say where it is published: write publishTo: gs://BUCKET/chains.jsonl, the output publish_to of Terraform, or give --to',
    );
  }
  const location = parseObjectLocation(place);
  if (!location && place.startsWith('gs://')) return refuse(`${place}: ${OBJECT_URL_HINT}`);
  const operator = await operatorCloud(io);
  if (!location) return ok({ ...fileStore(place), operator });
  if (!operator.ok) return refuse(operator.error);
  const { cloud, local, whoAmI } = operator.value;
  if (local) io.err(LOCAL_NOTICE);
  return ok({ ...objectStore(location, cloud.objects, whoAmI, io.signal), operator });
}
