import type { ChainSource } from './schema/chain-file.ts';

/** A copy with texts of its own: what a parser cuts out of a large text keeps the whole of it in memory. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Chains in as little memory as they take: what many of them say alike is there once. */
export function interning(): (chain: ChainSource) => ChainSource {
  const known = new Map<string, unknown>();
  const intern = <T>(value: T): T => {
    const key = JSON.stringify(value);
    if (!known.has(key)) known.set(key, JSON.parse(key));
    return known.get(key) as T;
  };
  return (chain) => {
    const { name, delegates, target, credential, secret, readers, replication, paused } = chain;
    return {
      ...chain,
      ...copyOf({ name, target, secret }),
      delegates: intern(delegates),
      // To JSON, NaN is null, and among claims it is an error that is still to be told.
      credential:
        credential.kind === 'signed-jwt' ? structuredClone(credential) : intern(credential),
      ...(readers && { readers: intern(readers) }),
      ...(replication && { replication: intern(replication) }),
      ...(paused && { paused: structuredClone(paused) }),
    };
  };
}
