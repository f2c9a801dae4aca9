import { ReaderError } from '../error.ts';
import type { Access, AccessResult } from './secret-manager.ts';

type Enabled = AccessResult & { readonly state: 'enabled' };

/** An enabled version, and whether the alias `current` led to it. */
export type Candidate = Pick<Enabled, 'version' | 'text'> & { readonly isCurrent?: true };

/** How many versions the search tries above or below the first one. */
const MAX_ATTEMPTS = 8;

export type Search = {
  readonly access: Access;
  /** The number of the cached version, which is still valid; 0 for none. */
  readonly cached: number;
  /** A service has refused the cached version: any other number may be newer, also a lower one. */
  readonly refused: boolean;
  /** The number of a version that somebody has announced. It need not exist. */
  readonly announced?: number;
};

/**
 * The enabled versions that may be newer than the cached one, the likeliest first. The caller stops at the first one that it can use, so that
 * a usual search takes one access. There is none if the cached version is the newest.
 *
 * An access by number is strongly consistent. `latest` and aliases may lag by minutes, and `latest` stays on a version that was disabled.
 * So the search first asks for the number after the cached one. `current` is the alias of the newest version that Hopmint has proven. It
 * helps when somebody else has added a version, or disabled the newest one.
 *
 * @throws {ReaderError} `secret-missing`, and what `access` throws
 * @see https://cloud.google.com/secret-manager/docs/access-secret-version
 */
export async function* candidatesOf(search: Search): AsyncGenerator<Candidate, void> {
  const { access, cached, refused, announced = 0 } = search;
  const isNewer = (result: AccessResult): result is Enabled =>
    result.state === 'enabled' && result.version > cached;
  if (announced > cached) {
    const version = await access(announced);
    if (isNewer(version)) yield version;
  }
  if (cached > 0) {
    const next = await access(cached + 1);
    if (next.state === 'enabled') yield next;
    if (next.state === 'missing' && !refused) return;
  }
  const latest = await access('latest');
  if (latest.state === 'missing' && cached === 0) {
    throw new ReaderError('secret-missing', 'the secret does not exist, or it has no version');
  }
  const newest = latest.state === 'missing' ? undefined : latest.version;
  // A secret that was created again starts at 1 again.
  const startedAgain = refused && newest !== undefined && newest < cached;
  const latestIsNew = isNewer(latest) || startedAgain;
  if (latest.state === 'enabled' && latestIsNew) yield latest;
  yield* upwards(access, Math.max(newest ?? 0, cached));
  if (latest.state === 'enabled' && !latestIsNew) return;
  for (const alias of ['current', 'previous']) {
    const version = await access(alias);
    if (isNewer(version)) yield alias === 'current' ? { ...version, isCurrent: true } : version;
  }
  if (latest.state === 'off' && newest !== undefined) yield* downwards(access, newest, cached);
}

/** The enabled versions after `from`, until a number is missing. */
async function* upwards(access: Access, from: number): AsyncGenerator<Candidate, void> {
  if (from === 0) return;
  for (let number = from + 1; number <= from + MAX_ATTEMPTS; number++) {
    const version = await access(number);
    if (version.state === 'missing') return;
    if (version.state === 'enabled') yield version;
  }
}

/** The enabled versions below `from` that are newer than the cached one. */
async function* downwards(
  access: Access,
  from: number,
  cached: number,
): AsyncGenerator<Candidate, void> {
  const last = Math.max(cached + 1, from - MAX_ATTEMPTS, 1);
  for (let number = from - 1; number >= last; number--) {
    const version = await access(number);
    if (version.state === 'enabled') yield version;
  }
}
