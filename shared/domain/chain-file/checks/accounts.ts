import { type Account, nameOf, sameAccount } from '../../chain/account.ts';
import { error, hint, type Path, type Remark } from '../../yaml/fault.ts';

type Placed = { readonly account: Account; readonly path: Path };

/** Fills in the other half of an account where the file pins it: then one account is one, whichever way it is written. */
export const pinner = (accounts: readonly Account[]): ((account: Account) => Account) => {
  const pins = accounts.flatMap((a) =>
    a.email !== undefined && a.uniqueId !== undefined ? [a] : [],
  );
  const byEmail = new Map(pins.map((pin) => [pin.email, pin]));
  const byUniqueId = new Map(pins.map((pin) => [pin.uniqueId, pin]));
  return (account) =>
    (account.email === undefined ? byUniqueId.get(account.uniqueId) : byEmail.get(account.email)) ??
    account;
};

/** No account is in a chain twice: each hop leads to another. */
export function remarksOnAccounts(
  caller: Account | undefined,
  delegates: readonly Account[],
  target: Account | undefined,
  at: Path,
  pinned: (account: Account) => Account,
): Remark[] {
  const same = (a: Account, b: Account | undefined) =>
    b !== undefined && sameAccount(pinned(a), pinned(b));
  const onDelegates = delegates.flatMap((delegate, i): Remark[] => {
    const path = [...at, 'delegates', i];
    const name = nameOf(delegate);
    if (same(delegate, caller)) {
      return [
        error(path, `${name} is the caller, with whom every chain begins: leave it out here`),
      ];
    }
    if (same(delegate, target)) {
      return [error(path, `${name} is the target, with whom the chain ends: leave it out here`)];
    }
    const earlier = delegates.findIndex((other) => same(delegate, other));
    if (earlier === i) return [];
    return [
      error(path, `${name} is in this chain already, as delegates[${earlier}]: leave one out`),
    ];
  });
  if (target === undefined || !same(target, caller)) return onDelegates;
  const message = `${nameOf(target)} is the caller: it mints for another account, so name that one`;
  return [...onDelegates, error([...at, 'target'], message)];
}

/** An email belongs to one account at a time: of two pins that differ, one is of an account that is gone. */
export function remarksOnPins(
  accounts: readonly Placed[],
  placeOf: (path: Path) => string,
): Remark[] {
  const first = new Map<string, Placed>();
  return accounts.flatMap(({ account, path }): Remark[] => {
    if (account.email === undefined || account.uniqueId === undefined) return [];
    const before = first.get(account.email);
    if (!before) first.set(account.email, { account, path });
    if (!before || before.account.uniqueId === account.uniqueId) return [];
    const message = `${account.email} has the unique ID ${before.account.uniqueId} at ${placeOf(before.path)}: one of the two is of an account that is gone`;
    return [error(path, message)];
  });
}

/** A JWT's `iss` and `sub` are what the chain calls its target. */
export const remarksOnSigner = (target: Account, at: Path): Remark[] =>
  target.email === undefined
    ? [
        hint(
          [...at, 'target'],
          'iss and sub will be this unique ID, and Google’s APIs expect the email: write both, as { email: …, uniqueId: … }',
        ),
      ]
    : [];
