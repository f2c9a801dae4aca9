import { ReaderError } from '../error.ts';
import type { Access, AccessResult } from './secret-manager.ts';

type Enabled = AccessResult & { readonly state: 'enabled' };

/** How many versions the search tries above or below the first one. */
const MAX_ATTEMPTS = 8;

export type Search = {
  readonly access: Access;
  /** The number of the cached version, which is still valid; 0 for none. */
  readonly cached: number;
  /** Whether a version lasts long enough. A version without an expiry does. */
  readonly lastsLongEnough: (version: Enabled) => boolean;
  /** A service has refused the cached version: any other number may be newer, also a lower one. */
  readonly refused: boolean;
};

/**
 * The newest version after the cached one; undefined if the cached one is the newest.
 *
 * An access by number is strongly consistent. `latest` and aliases may lag by minutes, and `latest` stays on a version that was disabled.
 * So the search first asks for the number after the cached one. That takes one access, with or without a new version.
 *
 * @throws {ReaderError} `secret-missing`, `secret-disabled`, and what `access` throws
 * @see https://cloud.google.com/secret-manager/docs/access-secret-version
 */
export async function newestVersion(search: Search): Promise<Enabled | undefined> {
  const { access, cached, lastsLongEnough, refused } = search;
  if (cached > 0) {
    const next = await access(cached + 1);
    if (next.state === 'enabled' && lastsLongEnough(next)) return next;
    if (next.state === 'missing' && !refused) return undefined;
  }
  const latest = await access('latest');
  switch (latest.state) {
    case 'enabled': {
      if (latest.version > cached && lastsLongEnough(latest)) return latest;
      if (refused && latest.version < cached) return latest; // the secret was created again: its numbers start at 1 again
      const later = await searchUpwards(search, Math.max(latest.version, cached));
      return later ?? (latest.version > cached ? latest : undefined);
    }
    case 'off': {
      const from = latest.version ?? cached;
      return (
        (await searchUpwards(search, Math.max(from, cached))) ??
        (await searchDownwards(search, latest.version))
      );
    }
    case 'missing':
      if (cached > 0) return searchUpwards(search, cached);
      throw new ReaderError('secret-missing', 'the secret does not exist, or it has no version');
  }
}

/** The first version after `from` that lasts long enough, or else the last version that exists. */
async function searchUpwards(
  { access, lastsLongEnough }: Search,
  from: number,
): Promise<Enabled | undefined> {
  let last: Enabled | undefined;
  if (from === 0) return undefined;
  for (let number = from + 1; number <= from + MAX_ATTEMPTS; number++) {
    const version = await access(number);
    if (version.state === 'missing') break;
    if (version.state === 'off') continue;
    if (lastsLongEnough(version)) return version;
    last = version;
  }
  return last;
}

/** The newest enabled version below a disabled one. Google's error names the disabled one; otherwise our two aliases are tried. */
async function searchDownwards(
  { access, cached }: Search,
  off?: number,
): Promise<Enabled | undefined> {
  const candidates =
    off === undefined
      ? ['current', 'previous']
      : Array.from({ length: MAX_ATTEMPTS }, (_, i) => off - 1 - i).filter((number) => number > 0);
  for (const candidate of candidates) {
    if (typeof candidate === 'number' && candidate <= cached) return undefined;
    const version = await access(candidate);
    if (version.state === 'enabled') return version.version > cached ? version : undefined;
  }
  if (cached > 0) return undefined;
  throw new ReaderError(
    'secret-disabled',
    'the newest versions of the secret are disabled or destroyed',
  );
}
