import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { Result } from '../../../shared/domain/basics/result.ts';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import type { Published } from '../../../shared/domain/published/read.ts';
import type { OperatorCloud } from '../operator.ts';

/** The published file as it is now. */
export type Live = {
  /** The error says why the functions refuse it. */
  readonly published: Result<Published, string>;
  /** Names what a write replaces. */
  readonly generation: string;
};

/** The object, or the file on disk, that has the published chain file. */
export type PublishedStore = {
  /** As `--to` and `publishTo` write it. */
  readonly place: string;
  /** Gives `undefined` if nothing was published here yet. */
  readonly read: () => Promise<Result<Live | undefined, Failure>>;
  /** The newest generation before `live` that the functions accept. Gives `undefined` if there is none, or if it cannot be read. */
  readonly lastGood: (live: Live) => Promise<Published | undefined>;
  /**
   * Writes only if the file is still the one that was read. Fails with `etag-stale` if it has changed since.
   *
   * @param live `undefined` if there was no file
   * @returns the new generation
   */
  readonly write: (text: string, live: Live | undefined) => Promise<Result<string, Failure>>;
};

/** A store that a command has opened. */
export type OpenedStore = PublishedStore & {
  /** The error says why there is no identity. Only a file on disk needs none. */
  readonly operator: Result<OperatorCloud, string>;
};

/** The published file that the functions use: the live one, or an earlier one if they refuse that. */
export const inForce = async (
  live: Live,
  store: Pick<PublishedStore, 'lastGood'>,
): Promise<Published | undefined> =>
  live.published.ok ? live.published.value : store.lastGood(live);

/** A failure of the store for people. */
export const storeMessage = (place: string, { reason, detail }: Failure): string => {
  // Cloud Storage names the missing permission in a sentence only.
  const isDenied = reason === 'policy-denied';
  const role = isDenied
    ? `: you need the role hopmintPublisher on the bucket, which the input "publishers" of deploy/terraform grants`
    : '';
  return `${place}: ${printable(detail)}${role}`;
};
