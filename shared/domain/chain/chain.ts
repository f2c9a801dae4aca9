import type { Account } from './account.ts';
import type { Replication } from './replication.ts';

export type Kind = CredentialSpec['kind'];
export type Format = 'raw' | 'json' | 'header';

/** What is to be minted. Payloads and claims are intent, not secrets: they stand in the chain file. */
export type CredentialSpec =
  | {
      readonly kind: 'access-token';
      readonly scopes: readonly string[];
      readonly lifetimeSeconds: number;
    }
  /** Its lifetime is one hour, fixed by Google. */
  | { readonly kind: 'id-token'; readonly audience: string; readonly includeEmail: boolean }
  /** `claims` without `iss`, `sub`, `iat` and `exp`, which are ours (`sub` may be there under `allowTokenExchange`). */
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

/** One way to reach a target: caller → delegates, in order → target; what is minted, where it is kept, how often. */
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
  /** Who may read the secret, as IAM writes members. */
  readonly readers?: readonly string[];
  /** Where its payloads are to be; automatic where this is not said. */
  readonly replication?: Replication;
  readonly paused?: Pause;
  /** Where people wrote it. */
  readonly source?: ChainPosition;
};

/** Who else may impersonate an account, for how long, and why. */
export type Exception = {
  readonly account: Account;
  readonly member: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: Date;
};

/** `token-creator`: what Google's page says, for every hop. `narrow`: the narrowest role that serves a hop. */
export type GrantsMode = 'token-creator' | 'narrow';

/** The intent, for minting and for auditing. */
export type ChainFile = {
  readonly caller: Account;
  /** The object that `./hopmint publish` writes and the functions read: `gs://bucket/object`. */
  readonly publishTo?: string;
  readonly tickEverySeconds: number;
  /** What all chains together may write to one project's secrets in a minute, of Secret Manager's 600. */
  readonly writesPerMinute: number;
  /** What a hop is granted; `token-creator` where this is not said. */
  readonly grants?: GrantsMode;
  /** How long a hop is granted for; for good where this is not said. */
  readonly grantForSeconds?: number;
  readonly paused?: Pause;
  readonly chains: readonly Chain[];
  readonly exceptions: readonly Exception[];
};

/** A pause of the file or of the chain holds now. */
export const isPaused = (chain: Chain, file: Pick<ChainFile, 'paused'>, now: Date): boolean =>
  [file.paused, chain.paused].some((pause) => pause !== undefined && now < pause.until);

/** An ID token lives for one hour; nothing changes it. */
export const ID_TOKEN_LIFETIME_SECONDS = 3600;

/** What a signed blob's ledger says: Google keeps the signing key for at least 12 hours. */
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
