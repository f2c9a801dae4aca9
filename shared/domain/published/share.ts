import type { Account } from '../chain/account.ts';
import type { CredentialSpec } from '../chain/chain.ts';

/** Gives equal values the same object, so that 100,000 chains fit into little memory. */
export type Sharing = {
  readonly account: (account: Account) => Account;
  readonly accounts: (accounts: readonly Account[]) => readonly Account[];
  readonly credential: (credential: CredentialSpec) => CredentialSpec;
  /** For values that few chains have. */
  readonly other: <T>(value: T) => T;
};

/** Values beyond the first so many are not shared: in a long file, most of them occur once. */
const REMEMBERED = 10_000;

/** The accounts on the way to this node are a list of delegates. */
type Node = { accounts?: readonly Account[]; readonly next: Map<Account, Node> };

export function sharing(): Sharing {
  const accountsByName = new Map<string, Account>();
  const root: Node = { next: new Map() };
  const credentials = new Map<string, CredentialSpec>();
  const others = new Map<string, unknown>();

  const account = (one: Account): Account =>
    shared(accountsByName, one.email ?? one.uniqueId, one, sameValue);

  return {
    account,
    accounts: (accounts) => {
      let node = root;
      const all = accounts.map((one) => {
        const same = account(one);
        let next = node.next.get(same);
        if (!next) {
          next = { next: new Map() };
          node.next.set(same, next);
        }
        node = next;
        return same;
      });
      node.accounts ??= all;
      return node.accounts;
    },
    credential: (one) => shared(credentials, keyOf(one), one, sameCredential),
    other: (value) => shared(others, JSON.stringify(value), value, () => true) as typeof value,
  };
}

/** The first value under this key, if it equals `value`. A key that two values have is not wrong: only the first value is shared. */
function shared<V>(
  known: Map<string, V>,
  key: string,
  value: V,
  isEqual: (a: V, b: V) => boolean,
): V {
  const first = known.get(key);
  if (first !== undefined) return isEqual(first, value) ? first : value;
  if (known.size < REMEMBERED) known.set(key, value);
  return value;
}

/** An email with a unique ID and the same email without one are two values. */
const sameValue = (a: Account, b: Account): boolean =>
  a.email === b.email && a.uniqueId === b.uniqueId;

/** A text that the credential has already, where there is one: to make a text for each chain takes as long as to parse it. */
function keyOf(credential: CredentialSpec): string {
  switch (credential.kind) {
    case 'access-token': {
      const [only = '', ...more] = credential.scopes;
      return more.length === 0 ? only : credential.scopes.join(' ');
    }
    case 'id-token':
      return credential.audience;
    case 'signed-jwt':
      return JSON.stringify(credential.claims);
    case 'signed-blob':
      return credential.payload;
  }
}

/** @param b has the same key */
function sameCredential(a: CredentialSpec, b: CredentialSpec): boolean {
  switch (a.kind) {
    case 'access-token':
      return b.kind === a.kind && a.lifetimeSeconds === b.lifetimeSeconds;
    case 'id-token':
      return b.kind === a.kind && a.includeEmail === b.includeEmail;
    case 'signed-jwt':
      return (
        b.kind === a.kind &&
        a.lifetimeSeconds === b.lifetimeSeconds &&
        a.allowTokenExchange === b.allowTokenExchange
      );
    case 'signed-blob':
      return b.kind === a.kind && a.allowTokenExchange === b.allowTokenExchange;
  }
}
