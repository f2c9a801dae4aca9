import type { JSONWebKeySet } from 'jose';
import type { Account } from './domain/account.ts';
import type { Chain } from './domain/chain.ts';
import type { Credential, Token } from './domain/credential.ts';
import type { Failure } from './domain/failure.ts';
import type { Ledger } from './domain/ledger.ts';
import type { LifetimePolicy } from './domain/lifetime-policy.ts';
import type { DenyPolicy, Policy } from './domain/policy.ts';
import type { TokenInfo } from './domain/proof.ts';
import type { Result } from './domain/result.ts';
import type { Role } from './domain/role.ts';
import type { Container, ServiceAccount } from './domain/snapshot.ts';

type Answer<T> = Promise<Result<T, Failure>>;

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

/** A secret without its payloads. */
export type Secret = {
  /** `projects/P/secrets/S`, as the chain file writes it. */
  readonly name: string;
  readonly etag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly versionAliases: Readonly<Record<string, number>>;
};

/** Secret Manager. Nothing here can read a payload. */
export interface Secrets {
  /** Reads may lag behind what is written: one that is not `newEnough` is made again, as while Google is busy. */
  secret(
    name: string,
    signal: AbortSignal,
    newEnough?: (secret: Secret) => boolean,
  ): Answer<Secret>;
  /** All secrets of a project labelled `managed-by=hopmint`. */
  secretsIn(project: string, signal: AbortSignal): Answer<readonly Secret[]>;
  /** Adds a version, with its CRC32C, and checks the answer. Never retried: it is not idempotent. Gives the version's number. */
  addVersion(secret: string, payload: Token, signal: AbortSignal): Answer<number>;
  /** Destroys a version; one that is destroyed already, or not there, counts as done. */
  destroyVersion(secret: string, version: number, signal: AbortSignal): Answer<void>;
  /** Writes the ledger and the aliases `current` and `previous` under the etag of `secret`. Foreign annotations and aliases go back as read. */
  commit(secret: Secret, ledger: Ledger, signal: AbortSignal): Answer<void>;
}

/** A message, and what is written on its envelope: what subscriptions filter by. */
export type Envelope = {
  readonly message: object;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** Pub/Sub, publishing. */
export interface Topics {
  /** Publishes in batches of up to 1,000 messages and 9 MB. `topic`: `projects/P/topics/T`. */
  publish(topic: string, envelopes: readonly Envelope[], signal: AbortSignal): Answer<void>;
}

/** IAM and Resource Manager, reading only. Each is tried again while Google is busy. */
export interface Policies {
  /** `missing` only where Google says for certain that there is no such account. */
  account(account: Account, signal: AbortSignal): Answer<ServiceAccount | 'missing'>;
  accountPolicy(account: ServiceAccount, signal: AbortSignal): Answer<Policy>;
  /** A project or a folder, by name; of an organization nothing but its policies is read. */
  container(name: string, signal: AbortSignal): Answer<Container>;
  containerPolicy(name: string, signal: AbortSignal): Answer<Policy>;
  role(name: string, signal: AbortSignal): Answer<Role>;
  /** The deny policies attached to a container, whole; kept for an hour, as Google answers five such calls a minute. */
  denyPolicies(
    container: string,
    signal: AbortSignal,
    /** Whatever was kept: they are known to have changed. */
    options?: { readonly anew: boolean },
  ): Answer<readonly DenyPolicy[]>;
  /** The IDs of an account's user-managed keys that are good for something: neither disabled nor over. */
  userKeys(account: ServiceAccount, signal: AbortSignal): Answer<readonly string[]>;
  /** Of a secret, `projects/P/secrets/S`; of one that is not there an empty one. */
  secretPolicy(secret: string, signal: AbortSignal): Answer<Policy>;
  /** What is in effect on a project for access tokens of more than an hour. */
  lifetimePolicy(projectId: string, signal: AbortSignal): Answer<LifetimePolicy>;
}

/** Cloud Storage: small objects of JSON. */
export interface Objects {
  /** None where there is no such object. */
  read(
    bucket: string,
    name: string,
    signal: AbortSignal,
  ): Answer<{ readonly text: string; readonly generation: string } | undefined>;
  /**
   * Writes over the generation that was read, `0` for an object that was not there: `etag-stale` when somebody else has written meanwhile.
   * Without a generation it writes whatever is there.
   */
  write(
    bucket: string,
    name: string,
    value: object,
    over: { readonly generation?: string },
    signal: AbortSignal,
  ): Answer<void>;
  list(bucket: string, prefix: string, signal: AbortSignal): Answer<readonly string[]>;
  delete(bucket: string, name: string, signal: AbortSignal): Answer<void>;
}

/** All of Google that the functions use. `googleCloud(config)` is the one implementation. */
export interface Cloud {
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  readonly topics: Topics;
  readonly policies: Policies;
  readonly objects: Objects;
}
