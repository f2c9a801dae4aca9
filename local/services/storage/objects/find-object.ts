import type { Principal } from '../../../core/principal.ts';
import type { State } from '../../../state/state.ts';
import type { StoredObject } from '../../../state/storage.ts';
import { authorizeStorage } from '../authorize-storage.ts';
import { StorageError } from '../storage-error.ts';
import { objectKey } from './object-resource.ts';

/**
 * The live object, or the generation that the request names.
 *
 * @throws {StorageError} 404; 403 for a caller that may not list the bucket, so that it does not learn which objects exist
 */
export function existingObject(
  state: State,
  caller: Principal | undefined,
  { bucket, name, generation }: { bucket: string; name: string; generation: string | null },
): StoredObject {
  const object =
    generation === null
      ? state.objects.get(objectKey(bucket, name))
      : generationsOf(state, bucket, name).find((one) => one.generation === generation);
  if (object) return object;
  authorizeStorage(state, caller, 'storage.objects.list', `buckets/${bucket}`);
  const fullName = objectKey(bucket, name) + (generation === null ? '' : `#${generation}`);
  throw new StorageError(404, 'notFound', `No such object: ${fullName}`);
}

/**
 * @param object undefined when the object does not exist: it then has generation 0
 * @throws {StorageError} 412 when the object does not meet the preconditions in the query
 */
export function checkPreconditions(query: URLSearchParams, object: StoredObject | undefined): void {
  const { generation = '0', metageneration = '0' } = object ?? {};
  const isMet =
    [null, generation].includes(query.get('ifGenerationMatch')) &&
    [null, metageneration].includes(query.get('ifMetagenerationMatch'));
  if (!isMet)
    throw new StorageError(
      412,
      'conditionNotMet',
      'At least one of the pre-conditions you specified did not hold.',
    );
}

/** Every generation of an object, oldest first. Without versioning that is at most the live one. */
function generationsOf(state: State, bucket: string, name: string): StoredObject[] {
  const key = objectKey(bucket, name);
  const live = state.objects.get(key);
  return [...(state.noncurrentObjects.get(key) ?? []), ...(live ? [live] : [])];
}
