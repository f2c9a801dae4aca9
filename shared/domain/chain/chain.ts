import type { Account } from './account.ts';
import type { Replication } from './replication.ts';

export type Kind = CredentialSpec['kind'];

export const FORMATS = ['raw', 'json', 'header'] as const;
/** How a secret contains the credential. */
export type Format = (typeof FORMATS)[number];

/** The credential to mint. Payloads and claims are not secret: the chain file contains them. */
export type CredentialSpec =
  | {
      readonly kind: 'access-token';
      readonly scopes: readonly string[];
      readonly lifetimeSeconds: number;
    }
  /** Google fixes its lifetime at one hour. */
  | { readonly kind: 'id-token'; readonly audience: string; readonly includeEmail: boolean }
  /** `claims` without `iss`, `sub`, `iat` and `exp`, which Hopmint sets. */
  | {
      readonly kind: 'signed-jwt';
      readonly claims: Readonly<Record<string, unknown>>;
      readonly lifetimeSeconds: number;
      readonly allowTokenExchange: boolean;
    }
  /** `payload`: standard base64 of the exact bytes, 8 KiB at most. */
  | {
      readonly kind: 'signed-blob';
      readonly payload: string;
      readonly allowTokenExchange: boolean;
    };

export type Pause = { readonly until: Date; readonly reason: string };

/** The line of a chain file on which a chain begins. */
export type ChainPosition = { readonly path: string; readonly line: number };

/** The way to a target (caller → delegates, in order → target), the credential, its secret and its schedule. */
export type Chain = {
  readonly name: string;
  readonly delegates: readonly Account[];
  readonly target: Account;
  readonly credential: CredentialSpec;
  /** `projects/P/secrets/S` */
  readonly secret: string;
  readonly format: Format;
  readonly rotateEverySeconds: number;
  /** How long Google may be unavailable before readers are affected. */
  readonly retryWindowSeconds: number;
  /** The validity that a reader can always expect. */
  readonly minValiditySeconds: number;
  /** The members who may read the secret, as in IAM. */
  readonly readers?: readonly string[];
  /** The locations of its payloads. Automatic by default. */
  readonly replication?: Replication;
  readonly paused?: Pause;
  /** The place in the chain file. */
  readonly source?: ChainPosition;
};

/** A member who may also impersonate an account, until when, and why. */
export type Exception = {
  readonly account: Account;
  readonly member: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: Date;
};

/** A member who may change policies on a resource and on everything below it. The audit does not report it. */
export type Administrator = {
  readonly member: string;
  /** `projects/P`, `folders/N`, `organizations/N` or `projects/P/serviceAccounts/EMAIL` */
  readonly on: string;
  /** When somebody last decided that the member needs this power. */
  readonly reviewed: Date;
};

/** `token-creator`: the role on Google's page, for every hop. `narrow`: the narrowest role that is enough for a hop. */
export const GRANTS_MODES = ['token-creator', 'narrow'] as const;
export type GrantsMode = (typeof GRANTS_MODES)[number];

/** The chains to mint and to audit. */
export type ChainFile = {
  readonly caller: Account;
  /** The object that `./hopmint publish` writes and the functions read: `gs://bucket/object`. */
  readonly publishTo?: string;
  /** The members who may write that object, as in IAM. */
  readonly publishers?: readonly string[];
  readonly tickEverySeconds: number;
  /** The most writes of all chains to the secrets of one project in a minute. Secret Manager allows 600. */
  readonly writesPerMinute: number;
  /** The role that a hop gets. `token-creator` by default. */
  readonly grants?: GrantsMode;
  /** How long a grant of a hop lasts. Without it, a grant has no end. */
  readonly grantForSeconds?: number;
  readonly paused?: Pause;
  readonly chains: readonly Chain[];
  readonly exceptions: readonly Exception[];
  /** Without it, the audit compares the administrators with those of its first run. */
  readonly administrators?: readonly Administrator[];
};

/** Whether a pause of the file or of the chain is in force. */
export const isPaused = (chain: Chain, file: Pick<ChainFile, 'paused'>, now: Date): boolean =>
  [file.paused, chain.paused].some((pause) => pause !== undefined && now < pause.until);

/** Every ID token lasts for one hour. */
export const ID_TOKEN_LIFETIME_SECONDS = 3600;

/** The lifetime in a signed blob's ledger: Google keeps the signing key for at least 12 hours. */
export const SIGNED_BLOB_LIFETIME_SECONDS = 43_200;

export function lifetimeSecondsOf(credential: CredentialSpec): number {
  switch (credential.kind) {
    case 'access-token':
    case 'signed-jwt':
      return credential.lifetimeSeconds;
    case 'id-token':
      return ID_TOKEN_LIFETIME_SECONDS;
    case 'signed-blob':
      return SIGNED_BLOB_LIFETIME_SECONDS;
  }
}

/** `chains.yaml:12`, which editors and terminals turn into a link. */
export const formatPosition = ({ path, line }: ChainPosition): string => `${path}:${line}`;
