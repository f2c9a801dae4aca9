import type { JSONWebKeySet } from 'jose';
import type { Account } from '../domain/chain/account.ts';
import type { Chain } from '../domain/chain/chain.ts';
import type { Credential, Token } from '../domain/chain/credential.ts';
import type { TokenInfo } from '../domain/rotation/proof.ts';
import type { AsyncResult } from './async-result.ts';

/** Mints credentials with IAM Credentials, and reads what a proof of a credential needs. */
export interface Credentials {
  /** Whether this process runs as `account`. */
  isSelf(account: Account, signal: AbortSignal): AsyncResult<boolean>;
  /** Makes one call for any number of delegates. Retries while Google is busy; `now` gives each attempt its `mintedAt`. */
  mint(chain: Chain, now: () => Date, signal: AbortSignal): AsyncResult<Credential>;
  /** Asks Google which account, scopes and expiry an access token has. */
  introspect(token: Token, signal: AbortSignal): AsyncResult<TokenInfo>;
  /** The public keys that Google signs ID tokens with. They are cached, and read again when `kid` is not among them. */
  idTokenKeys(kid: string, signal: AbortSignal): AsyncResult<JSONWebKeySet>;
  /** The public keys that Google publishes for an account. They are cached in the same way. */
  keysOf(account: Account, kid: string, signal: AbortSignal): AsyncResult<JSONWebKeySet>;
}
