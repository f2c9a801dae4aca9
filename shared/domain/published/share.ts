import type { Account } from '../chain/account.ts';
import type { Chain } from '../chain/chain.ts';

type Shared = Pick<Chain, 'delegates' | 'target' | 'credential' | 'readers' | 'replication'>;

/** Gives equal parts of chains one object, so that 100,000 chains take little memory. */
export function sharing(): <C extends Shared>(chain: C) => C {
  const known = new Map<string, unknown>();
  const shared = <T>(key: string, value: T): T => {
    const first = known.get(key);
    if (first !== undefined) return first as T;
    known.set(key, value);
    return value;
  };
  const account = (one: Account): Account =>
    shared(`account ${one.email ?? ''} ${one.uniqueId ?? ''}`, one);
  const byJson = <T>(value: T): T => shared(JSON.stringify(value), value);
  return (chain) => {
    const { delegates, target, credential, readers, replication } = chain;
    return {
      ...chain,
      delegates: byJson(delegates),
      target: account(target),
      credential: byJson(credential),
      ...(readers && { readers: byJson(readers) }),
      ...(replication && { replication: byJson(replication) }),
    };
  };
}
