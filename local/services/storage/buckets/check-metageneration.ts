import type { Bucket } from '../../../state/storage.ts';
import { StorageError } from '../storage-error.ts';

/** @throws {StorageError} 412 @see https://cloud.google.com/storage/docs/request-preconditions */
export function checkMetageneration(query: URLSearchParams, { metageneration }: Bucket): void {
  const [match, notMatch] = ['ifMetagenerationMatch', 'ifMetagenerationNotMatch'].map((name) =>
    query.get(name),
  );
  const isWrong = match != null && match !== String(metageneration);
  if (isWrong || notMatch === String(metageneration)) {
    throw new StorageError(
      412,
      'conditionNotMet',
      'At least one of the pre-conditions you specified did not hold.',
    );
  }
}
