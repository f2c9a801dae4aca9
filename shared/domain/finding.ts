import { canonicalJson, sha256 } from './canonical.ts';
import type { Kind } from './chain.ts';
import type { Fix } from './fix.ts';
import type { Condition } from './policy.ts';

export type FindingKind =
  /** No binding gives the hop its permission: minting fails. */
  | 'hop-missing'
  /** The grant is there, and its condition does not hold, or cannot be decided. */
  | 'hop-conditional'
  /** A deny policy forbids the hop. */
  | 'hop-denied'
  | 'account-missing'
  | 'account-disabled'
  /** Somebody whom no hop needs can become an account of a chain. */
  | 'unexpected-impersonator';

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
