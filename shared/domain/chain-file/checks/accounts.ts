import { type Account, nameOf, sameAccount } from '../../chain/account.ts';
import { error, hint, type Path, type Remark } from '../../yaml/fault.ts';

type Placed = { readonly account: Account; readonly path: Path };

/** Completes an account that the file pins elsewhere, so that its email and its unique ID count as one account. */
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

/** Refuses an account that is in a chain twice. */
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
        error(
          path,
          `${name} is the caller, which is the first account of every chain: leave it out here`,
        ),
      ];
    }
    if (same(delegate, target)) {
      return [
        error(
          path,
          `${name} is the target, which is the last account of the chain: leave it out here`,
        ),
      ];
    }
    const earlier = delegates.findIndex((other) => same(delegate, other));
    if (earlier === i) return [];
    return [
      error(path, `${name} is already in this chain, as delegates[${earlier}]: leave one out`),
    ];
  });
  if (target === undefined || !same(target, caller)) return onDelegates;
  const message = `${nameOf(target)} is the caller: a chain needs another account as its target`;
  return [...onDelegates, error([...at, 'target'], message)];
}

/** Refuses one email with two unique IDs: an email belongs to one account at a time. */
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
    const message = `${account.email} has the unique ID ${before.account.uniqueId} at ${placeOf(before.path)}: one of the two accounts does not exist any more: leave out the wrong ID`;
    return [error(path, message)];
  });
}

/** The `iss` and `sub` of a JWT are the target as the chain names it. */
export const remarksOnSigner = (target: Account, at: Path): Remark[] =>
  target.email === undefined
    ? [
        hint(
          [...at, 'target'],
          'iss and sub will be this unique ID, but Google’s APIs expect the email: write both, as { email: …, uniqueId: … }',
        ),
      ]
    : [];
