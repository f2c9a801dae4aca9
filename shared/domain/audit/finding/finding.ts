import { canonicalJson, sha256 } from '../../basics/canonical.ts';
import type { Kind } from '../../chain/chain.ts';
import type { Fix } from '../../grants/fix.ts';
import type { Condition } from '../../iam/policy.ts';

export type FindingKind =
  /** No binding gives the hop its permission: minting fails. */
  | 'hop-missing'
  /** The grant ends before the credential after next is due. */
  | 'hop-expiring'
  /** The grant is there, and its condition does not hold, cannot be decided, or soon holds no more. */
  | 'hop-conditional'
  /** A deny policy forbids the hop. */
  | 'hop-denied'
  | 'account-missing'
  | 'account-disabled'
  /** A grant is for an account that was deleted, or a pinned account has been replaced by another of its name. */
  | 'account-recreated'
  /** No effective organization policy lets access tokens of the target live for as long as the chain says. */
  | 'lifetime-not-allowed'
  /** No secret with our label: there is nowhere to store the chain's credential. */
  | 'secret-missing'
  /** It should have been rotated, or less is left of it than a reader may expect. */
  | 'credential-late'
  /** It is over, or there never was one. */
  | 'credential-stale'
  /** The ledger says something else than the chain does. */
  | 'ledger-mismatch'
  /** A secret with our label that no chain names. */
  | 'chain-removed'
  | 'chain-paused'
  /** Somebody whom no hop needs can become an account of a chain, or an account that can. */
  | 'unexpected-impersonator'
  /** An account of a chain reaches a later one of it past those between. */
  | 'shortcut'
  /** A hop is granted on more than its account, or with more than it needs where grants are narrow. */
  | 'overgrant'
  /** Everyone on the internet. */
  | 'public'
  /** A chain may be traded for credentials of other kinds. */
  | 'token-exchange'
  | 'exception-expired'
  | 'secret-readers'
  /** Who writes `latest` decides what workloads use. */
  | 'secret-writers'
  /** Somebody can let himself in. */
  | 'escalation';

/** `clean`, the exit code and alerts count low and above. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** What a finding rests on. Every text of it that comes from a policy is hostile until escaped. */
export type Evidence = {
  /** One sentence. */
  readonly summary: string;
  /** Whose policy, or which account. */
  readonly resource: string;
  readonly role?: string;
  readonly condition?: Condition;
  readonly denyPolicy?: string;
  /** An organization policy's, as in `constraints/iam.…`. */
  readonly constraint?: string;
  /** Whom it speaks of, where they are several. */
  readonly members?: readonly string[];
  /** What of a role matters here. */
  readonly permissions?: readonly string[];
  readonly secrets?: readonly string[];
  /** IDs of an account's user-managed keys. */
  readonly keys?: readonly string[];
  /** From who can to the account of the chain, both ends included. */
  readonly path?: readonly string[];
  /** RFC 3339: when a grant ends, or an exception has. */
  readonly endsAt?: string;
  /** Everything that it affects. */
  readonly accounts?: readonly string[];
  readonly chains?: readonly string[];
  /** What can be minted by it. */
  readonly kinds?: readonly Kind[];
  /** It could not be decided whether it is so. */
  readonly possible?: boolean;
};

/** One thing that an audit says. */
export type Finding = {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly chain?: string;
  /** From 1, the caller's. */
  readonly hop?: number;
  readonly account: string;
  readonly member?: string;
  /** The same for the same finding in every run. */
  readonly fingerprint: string;
  readonly evidence: Evidence;
  readonly fix?: Fix;
};

/** Of what makes a finding the same one, condition included: two grants that differ in it alone are two findings. */
export const fingerprintOf = (...identity: readonly unknown[]): string =>
  sha256(canonicalJson(identity));

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

export const bySeverity = (a: Finding, b: Finding): number =>
  ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);

export const countsAgainst = ({ severity }: Finding): boolean => severity !== 'info';
