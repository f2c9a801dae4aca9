import type { JSONWebKeySet } from 'jose';
import type { Account } from '../domain/chain/account.ts';
import type { Chain } from '../domain/chain/chain.ts';
import type { Credential, Token } from '../domain/chain/credential.ts';
import type { TokenInfo } from '../domain/rotation/proof.ts';
import type { Answer } from './answer.ts';

/** IAM Credentials, and what proves a credential. */
export interface Credentials {
  /** Whether an account is the one that this process runs as. */
  isSelf(account: Account, signal: AbortSignal): Answer<boolean>;
  /** One call, whatever the depth of the chain; tried again while Google is busy. `now` gives each attempt its `mintedAt`. */
  mint(chain: Chain, now: () => Date, signal: AbortSignal): Answer<Credential>;
  introspect(token: Token, signal: AbortSignal): Answer<TokenInfo>;
  /** The keys that Google signs ID tokens with, read anew when `kid` is not among those that are kept. */
  idTokenKeys(kid: string, signal: AbortSignal): Answer<JSONWebKeySet>;
  /** The keys that Google publishes for an account, likewise. */
  keysOf(account: Account, kid: string, signal: AbortSignal): Answer<JSONWebKeySet>;
}
