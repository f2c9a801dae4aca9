import { type Account, idOf } from '../../chain/account.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import type { Mint } from './mint.ts';

/** The same hop of several chains, with its number in each. */
export type SharedHop = {
  readonly key: string;
  readonly from: Account;
  readonly to: Account;
  readonly uses: readonly { readonly chain: Chain; readonly number: number }[];
};

/** The accounts and hops of a file by the names that a log entry may have: emails and unique IDs. */
type Index = {
  readonly chainsOf: ReadonlyMap<string, ReadonlySet<Chain>>;
  readonly chainsTo: ReadonlyMap<string, ReadonlySet<Chain>>;
  readonly hops: ReadonlyMap<string, SharedHop>;
  readonly hopsFrom: ReadonlyMap<string, ReadonlySet<SharedHop>>;
};

/** A file may have 100,000 chains, and each rotation makes an entry. */
const indexes = new WeakMap<ChainFile, Index>();

function indexOf(file: ChainFile): Index {
  const known = indexes.get(file);
  if (known) return known;
  const chainsOf = new Map<string, Set<Chain>>();
  const chainsTo = new Map<string, Set<Chain>>();
  const hops = new Map<string, SharedHop & { uses: { chain: Chain; number: number }[] }>();
  const hopsFrom = new Map<string, Set<SharedHop>>();
  for (const chain of file.chains) {
    const path = [file.caller, ...chain.delegates, chain.target];
    for (const account of path) add(chainsOf, account, chain);
    add(chainsTo, chain.target, chain);
    for (const [i, to] of path.slice(1).entries()) {
      const from = path[i] as Account;
      const key = `${idOf(from)} ${idOf(to)}`;
      const hop = hops.get(key) ?? { key, from, to, uses: [] };
      hops.set(key, hop);
      hop.uses.push({ chain, number: i + 1 });
      add(hopsFrom, from, hop);
    }
  }
  const index = { chainsOf, chainsTo, hops, hopsFrom };
  indexes.set(file, index);
  return index;
}

function add<T>(by: Map<string, Set<T>>, { email, uniqueId }: Account, one: T): void {
  for (const name of [email, uniqueId]) {
    if (name === undefined) continue;
    const all = by.get(name) ?? new Set();
    by.set(name, all);
    all.add(one);
  }
}

const isNamed = ({ email, uniqueId }: Account, names: readonly (string | undefined)[]): boolean =>
  (email !== undefined && names.includes(email)) ||
  (uniqueId !== undefined && names.includes(uniqueId));

const underEach = <T>(
  by: ReadonlyMap<string, ReadonlySet<T>>,
  names: readonly string[],
): readonly T[] => [...new Set(names.flatMap((name) => [...(by.get(name) ?? [])]))];

/** The chains of which the mint's target is an account. */
export const chainsAbout = (file: ChainFile, { target }: Pick<Mint, 'target'>): readonly Chain[] =>
  underEach(indexOf(file).chainsOf, [target.email, target.uniqueId]);

/** The chains that a mint may be a rotation of: the caller minted, by the way and the kind of the chain. */
export function chainsRotatedBy(file: ChainFile, { by, delegates, target, kind }: Mint): Chain[] {
  const [caller, ...more] = by;
  if (more.length > 0 || !isNamed(file.caller, [caller?.replace('serviceAccount:', '')])) return [];
  return underEach(indexOf(file).chainsTo, [target.email, target.uniqueId]).filter(
    (chain) =>
      chain.credential.kind === kind &&
      chain.delegates.length === delegates.length &&
      chain.delegates.every((delegate, i) => isNamed(delegate, [delegates[i]])),
  );
}

/** All hops of the chains. */
export const hopsIn = (file: ChainFile): Iterable<SharedHop> => indexOf(file).hops.values();

/** The hops of the chains that a mint has used, by their keys. */
export function hopsUsedBy(file: ChainFile, { by, delegates, target }: Mint): string[] {
  const { hopsFrom } = indexOf(file);
  const path = [
    ...by.map((member) => [member.replace('serviceAccount:', '')]),
    ...delegates.map((name) => [name]),
    [target.email, target.uniqueId],
  ];
  return path.flatMap((names, i) =>
    underEach(hopsFrom, names)
      .filter(({ to }) => isNamed(to, path[i + 1] ?? []))
      .map(({ key }) => key),
  );
}
