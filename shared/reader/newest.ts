import { ReaderError } from './error.ts';
import type { Access, Accessed } from './secret-manager.ts';

type Enabled = Accessed & { readonly state: 'enabled' };

/** How many versions are tried beside the one that was asked for, up or down. */
const TRIES = 8;

export type Search = {
  readonly access: Access;
  /** The version in hand, which is still good; 0 for none. */
  readonly held: number;
  /** Whether a version will do, as far as it tells how long it lasts. */
  readonly willDo: (version: Enabled) => boolean;
  /** The one in hand was refused: what has any other number is looked at, though it be lower. */
  readonly refused: boolean;
};

/**
 * A version that is newer than the one in hand, or nothing when that is the newest.
 *
 * By number a read sees what was written last; `latest` and aliases may lag by minutes, and `latest` stays with a version that was disabled.
 * So the number after the one in hand is asked for first: one access where a rotation adds one version, and one where it added none.
 *
 * @throws {ReaderError} `secret-missing`, `secret-disabled`, and what `access` throws
 * @see https://cloud.google.com/secret-manager/docs/access-secret-version
 */
export async function newest(search: Search): Promise<Enabled | undefined> {
  const { access, held, willDo, refused } = search;
  if (held > 0) {
    const next = await access(held + 1);
    if (next.state === 'enabled' && willDo(next)) return next;
    if (next.state === 'missing' && !refused) return undefined;
  }
  const latest = await access('latest');
  switch (latest.state) {
    case 'enabled': {
      if (latest.version > held && willDo(latest)) return latest;
      if (refused && latest.version < held) return latest; // the secret was made anew: its numbers begin again
      const later = await climb(search, Math.max(latest.version, held));
      return later ?? (latest.version > held ? latest : undefined);
    }
    case 'off': {
      const from = latest.version ?? held;
      return (await climb(search, Math.max(from, held))) ?? (await descend(search, latest.version));
    }
    case 'missing':
      if (held > 0) return climb(search, held);
      throw new ReaderError('secret-missing', 'there is no such secret, or it has no version');
  }
}

/** What was added after `from`: the first that will do, or else the last that is there. */
async function climb({ access, willDo }: Search, from: number): Promise<Enabled | undefined> {
  let last: Enabled | undefined;
  if (from === 0) return undefined;
  for (let number = from + 1; number <= from + TRIES; number++) {
    const version = await access(number);
    if (version.state === 'missing') break;
    if (version.state === 'off') continue;
    if (willDo(version)) return version;
    last = version;
  }
  return last;
}

/** The newest that is enabled below one that is not. Google's error names that; if it did not, our aliases name two. */
async function descend({ access, held }: Search, off?: number): Promise<Enabled | undefined> {
  const candidates =
    off === undefined
      ? ['current', 'previous']
      : Array.from({ length: TRIES }, (_, i) => off - 1 - i).filter((number) => number > 0);
  for (const candidate of candidates) {
    if (typeof candidate === 'number' && candidate <= held) return undefined;
    const version = await access(candidate);
    if (version.state === 'enabled') return version.version > held ? version : undefined;
  }
  if (held > 0) return undefined;
  throw new ReaderError('secret-disabled', 'its newest versions are disabled or destroyed');
}
