import { isDeepStrictEqual } from 'node:util';
import type { Chain } from '../chain/chain.ts';
import type { Intent } from '../chain/intent.ts';
import type { ChainLine } from './chain-line.ts';
import { sharing } from './share.ts';

/** The chains of the file that was read before. */
export type Before = Pick<Intent, 'positions' | 'byName' | 'digests'>;

export type ChainsOf = {
  /** @param paths of the sources */
  readonly chainOf: (line: ChainLine, paths: readonly string[]) => Chain;
  readonly digestOf: (line: ChainLine) => string;
};

/** Makes the chains of lines. Equal values in one file, and in a chain and the same chain before, become the same object. */
export function chainsOf(before?: Before): ChainsOf {
  const share = sharing();

  const chainOf = (line: ChainLine, paths: readonly string[]): Chain => {
    const { readers, replication, paused, source } = line;
    const old = before?.byName.get(line.name);
    const position = { path: paths[source[0]] ?? '', line: source[1] };
    const end = paused && { ...paused, until: new Date(paused.until) };
    // An object literal, because an object that is made by spreading takes twice the memory. Every published chain has a source.
    const chain: Chain = {
      name: old?.name ?? line.name,
      delegates: same(old?.delegates, line.delegates) ?? share.accounts(line.delegates),
      target: same(old?.target, line.target) ?? share.account(line.target),
      credential: same(old?.credential, line.credential) ?? share.credential(line.credential),
      secret: same(old?.secret, line.secret) ?? line.secret,
      format: line.format,
      rotateEverySeconds: line.rotateEverySeconds,
      retryWindowSeconds: line.retryWindowSeconds,
      minValiditySeconds: line.minValiditySeconds,
      source: same(old?.source, position) ?? position,
      ...(readers && { readers: same(old?.readers, readers) ?? share.other(readers) }),
      ...(replication && {
        replication: same(old?.replication, replication) ?? share.other(replication),
      }),
      ...(end && { paused: same(old?.paused, end) ?? end }),
    };
    return same(old, chain) ?? chain;
  };

  return {
    chainOf,
    digestOf: ({ name, digest }) => same(before?.digests.get(name), digest) ?? digest,
  };
}

/** The old value, if it equals the new one. */
const same = <T>(old: T | undefined, value: T): T | undefined =>
  old !== undefined && isDeepStrictEqual(old, value) ? old : undefined;
